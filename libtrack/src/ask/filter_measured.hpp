#pragma once

#include "ask/filter.hpp"

namespace mltrack::ask::filter {

/// The datasets that count as what some metrics (their interned names) were measured on: of a reference, all with its
/// content; of a role, those whose nearest split gave them that role. Two splits equally near with different roles give
/// none.
Ids measured_on(const Snapshot& snapshot, const Measured& on, const Ids& metrics, const std::string& text);

}  // namespace mltrack::ask::filter
