#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/digest.hpp>

namespace mltrack {

/// The program behind a run and how it was started. Empty and absent members are not known. Whoever records this has
/// taken secrets out of `remote` and `arguments`: the store keeps them as they are.
struct CodeInfo {
  Digest digest{};       ///< of the program's text: `digest_bytes("code", text)`, or a file's SHA-256
  std::string script{};  ///< path of the program relative to its repository
  std::string vcs{};     ///< revision of the repository
  std::string branch{};
  std::optional<bool> dirty{};  ///< files differed from the revision
  std::string remote{};         ///< address of the repository
  Digest diff{};                ///< SHA-256 of the kept text of what differed; `Tracker::read_object` reads it
  std::string folder{};         ///< working directory relative to the repository
  std::vector<std::string> arguments{};
  std::optional<std::int64_t> execution_count{};  ///< number of the notebook cell that started the run
};

/// What a run was made with. Runs with equal environments share one row: everything but `variables` is digested.
struct EnvironmentInfo {
  std::string language{};   ///< CPython 3.11.7, C++20, ...
  std::string os{};         ///< operating system with its version
  std::string machine{};    ///< x86_64, aarch64, ...
  std::string processor{};  ///< its model
  std::optional<std::int64_t> cores{};
  std::optional<std::int64_t> memory_bytes{};
  std::map<std::string, std::string> packages{};   ///< version by name
  std::map<std::string, std::string> variables{};  ///< environment variables of this run
};

/// A column that a stored model takes; either part may be unknown.
struct InputColumn {
  std::optional<std::string> name{};
  std::string type{};  ///< as in `ColumnView`
};

/// How a model's stored bytes become a model again.
struct DumpInfo {
  std::string format{};                           ///< skops, joblib, dlib, ...
  std::string media_type{};                       ///< absent: application/octet-stream
  std::string name{};                             ///< absent: the model's name
  std::string language{};                         ///< what wrote it
  std::map<std::string, std::string> packages{};  ///< version by name of the libraries that wrote it
  std::vector<InputColumn> inputs{};      ///< the columns it takes; those of the X of its recorded fit come before
  std::optional<std::int64_t> columns{};  ///< how many it takes; absent: as many as `inputs`
};

}  // namespace mltrack
