#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <mltrack/id.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::store {

/// A run as its nodes need it.
struct ReadRun {
  Uid uid{};
  Uid owner{};           ///< the run it is a part of, where this store holds that; else itself
  std::string prefix{};  ///< hexadecimal digits that are unique in the store, 8 or more
  std::string name{};
  std::string status{};  ///< lost where it says running and its process is gone
  std::int64_t started_us = 0;
  std::optional<std::int64_t> ended_us{};
  std::int64_t experiment = 0;
};

/// What stands for runs in references: digits of their uids.
class RunPrefixes {
 public:
  explicit RunPrefixes(sqlite::Connection& db) : db_(db) {}

  /// The first digits that tell a run from all others of the store, 8 or more. Asked about many runs it reads all uids.
  std::string of(const Uid& uid);
  /// Says that so many runs will be asked about.
  void expect(std::size_t runs);

 private:
  sqlite::Connection& db_;
  std::size_t asked_ = 0;
  std::vector<Uid> all_{};
};

/// The runs of one snapshot, read once each.
class RunReader {
 public:
  explicit RunReader(sqlite::Connection& db) : db_(db), prefixes_(db) {}

  /// Reads the runs that are not here yet with a fixed number of statements.
  void load(std::span<const std::int64_t> ids);
  const ReadRun& at(std::int64_t id);

  /// `<prefix>:<seq>`
  std::string ref(std::int64_t run, std::int64_t seq);

 private:
  void add_row(const sqlite::Statement& row);
  std::string status(const sqlite::Statement& row);

  sqlite::Connection& db_;
  RunPrefixes prefixes_;
  std::unordered_map<std::int64_t, ReadRun> rows_;
  std::map<std::tuple<std::string, std::string, std::int64_t, std::int64_t>, bool> alive_;
};

}  // namespace mltrack::store
