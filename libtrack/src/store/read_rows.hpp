#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sqlite/connection.hpp"

namespace mltrack::store {

/// Calls `row(statement)` for every row of a cached statement. `sql` as for Connection::cached.
template <class Row, class... Args>
void each(sqlite::Connection& db, std::string_view sql, Row&& row, const Args&... args) {
  sqlite::Statement& statement = db.cached(sql).bind_all(args...);
  while (statement.step()) row(statement);
  statement.reset();
}

/// Many ids as one bound parameter: `FROM json_each(?)`.
inline std::string json_array(std::span<const std::int64_t> ids) {
  std::string text = "[";
  for (const std::int64_t id : ids) {
    if (text.size() > 1) text += ',';
    text += std::to_string(id);
  }
  return text + "]";
}

}  // namespace mltrack::store
