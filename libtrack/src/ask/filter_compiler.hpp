#pragma once

#include "ask/filter.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask::filter {

/// The condition over the aliases of `base_of(kind)`. It may use the table live_runs(id): the runs that still run.
/// `text` is what was parsed, for error messages. Throws Error(bad_filter) for fields the kind does not have and values
/// that do not fit a field; not_found and ambiguous for references.
SqlText compile(const Snapshot& snapshot, Kind kind, const Expression& expression, const std::string& text);

/// What to sort by: an expression over the aliases of `base_of`, or a query of its own for rows (id, value). SQLite
/// would join such a query without an index.
struct OrderSql {
  std::string expression{};
  std::optional<SqlText> values{};
};
OrderSql compile_order(Kind kind, const Order& order, const std::string& text);

}  // namespace mltrack::ask::filter
