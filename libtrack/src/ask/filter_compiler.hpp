#pragma once

#include "ask/fields.hpp"
#include "ask/filter.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask::filter {

/// The condition over the aliases of `listed`. It may use the table live_runs(id): the runs that still run. `text` is
/// what was parsed, for error messages. Throws Error(bad_filter) for fields there are not, values that do not fit a
/// field, and names that are likely mistakes; not_found and ambiguous for references.
SqlText compile(const Snapshot& snapshot, const Listed& listed, const Expression& expression, const std::string& text);

/// The SQL of a plain field that sorts and can be shown. Throws Error(bad_filter) where it may have many values.
const FieldRule& sortable(const Listed& listed, const Operand& operand, const std::string& text);

}  // namespace mltrack::ask::filter
