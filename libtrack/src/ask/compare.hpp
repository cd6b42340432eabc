#pragma once

#include <mltrack/query.hpp>

#include "ask/reference.hpp"

namespace mltrack::ask {

/// What differs between two nodes of one kind. Throws Error(invalid_argument) for different kinds.
Comparison compare_nodes(const Snapshot& snapshot, const Reference& a, const Reference& b);

/// Nodes of one kind side by side.
Table compare_all(const Snapshot& snapshot, const std::vector<Reference>& references, bool only_differences);

}  // namespace mltrack::ask
