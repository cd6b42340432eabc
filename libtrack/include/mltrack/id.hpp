#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace mltrack {

/// What a node is.
enum class Kind : std::uint8_t { project, experiment, run, call, dataset, model, artifact };

/// The word used for a kind in the schema, the command line and Python.
const char* to_string(Kind kind) noexcept;

/// The kind a word names; throws Error(invalid_argument) that lists the words otherwise.
Kind parse_kind(std::string_view word);

/// A 128-bit universally unique identifier. The default value is all zero and names nothing.
struct Uid {
  std::array<std::uint8_t, 16> bytes{};

  /// A random one (version 4). Safe from any thread and after fork().
  static Uid random();

  /// The one every store gives to a path such as `penguins/baseline` (version 5, mltrack's own namespace).
  static Uid of_path(std::string_view path);

  /// Reads 32 hexadecimal digits, with or without hyphens; throws Error(invalid_argument) otherwise.
  static Uid parse(std::string_view text);

  /// 36 characters, lower case, with hyphens.
  std::string str() const;

  auto operator<=>(const Uid&) const = default;
};

/// The name of a node outside any file: the run it belongs to and its number in that run. A run is its own number 0.
struct NodeRef {
  Uid run;
  std::int64_t seq = -1;

  /// True when it names something; a default-constructed reference names nothing.
  explicit operator bool() const noexcept { return seq >= 0; }

  /// `<first 8 hexadecimal digits of the run>:<seq>`. Queries print a longer prefix where 8 digits are not unique.
  std::string str() const;

  auto operator<=>(const NodeRef&) const = default;
};

/// References that say what they name, so that a model cannot be passed where a dataset is meant.
struct RunRef : NodeRef {};
struct CallRef : NodeRef {};
struct DatasetRef : NodeRef {};
struct ModelRef : NodeRef {};
struct ArtifactRef : NodeRef {};

}  // namespace mltrack
