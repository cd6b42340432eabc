#pragma once

#include "ask/fields.hpp"
#include "ask/filter.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask::filter {

/// The condition of a question to the graph. Throws Error(bad_filter) where it makes no sense of what is listed, and
/// not_found and ambiguous for references.
SqlText compile_predicate(const Snapshot& snapshot, const Listed& listed, const Predicate& predicate,
                          const std::string& text);

}  // namespace mltrack::ask::filter
