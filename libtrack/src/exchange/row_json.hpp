#pragma once

#include <map>
#include <set>
#include <string>

#include <mltrack/id.hpp>

#include "exchange/parts.hpp"
#include "sqlite/connection.hpp"
#include "value/json_tree.hpp"

namespace mltrack::exchange {

/// Turns rows of one snapshot into members of a document, and notes what they refer to.
class RowReader {
 public:
  explicit RowReader(sqlite::Connection& db) : db_(db) {}

  /// The run whose rows are read: its nodes are written as numbers.
  void enter(std::int64_t run) { run_ = run; }

  /// All rows of the owner, an object each.
  value::Json::Array rows(const Part& part, std::int64_t owner);

  const Uid& uid(std::int64_t run);

  /// Row ids of what was referred to.
  const std::set<std::int64_t>& contents() const noexcept { return contents_; }
  const std::set<std::int64_t>& runs() const noexcept { return runs_; }

 private:
  void add(value::Json::Object& out, const Field& field, const sqlite::Statement& row, int& column);
  value::Json cell(const Field& field, const sqlite::Statement& row, int column);
  value::Json node(const sqlite::Statement& row, int column);
  value::Json names(std::int64_t list);

  sqlite::Connection& db_;
  std::int64_t run_ = 0;
  std::set<std::int64_t> contents_;
  std::set<std::int64_t> runs_;
  std::map<std::int64_t, Uid> uids_;
};

}  // namespace mltrack::exchange
