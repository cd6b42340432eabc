#pragma once

#include <mltrack/comparison.hpp>

#include "ask/reference.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// Throws Error(invalid_argument) for nodes of two kinds, and for projects and experiments.
Explanation explain_nodes(const Snapshot& snapshot, const Reference& a, const Reference& b);

}  // namespace mltrack::ask
