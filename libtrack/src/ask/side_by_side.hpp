#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

/// A column for each of the nodes, a row for each thing that one of them has.
Table params_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs, bool only_differences);
Table features_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs, bool only_differences);
Table importances_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs);

}  // namespace mltrack::ask
