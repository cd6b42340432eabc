#pragma once

#include <optional>

#include <mltrack/query.hpp>

#include "ask/closure.hpp"
#include "ask/reference.hpp"

namespace mltrack::ask {

/// A lineage answer shows at most this many nodes each way, the nearest ones in topological order.
constexpr std::size_t most_nodes = 200'000;

/// The lineage of a node: upward, downward or both; of nodes of one kind where that is given.
Lineage lineage_of(const Snapshot& snapshot, const Reference& reference, bool up, bool down, std::optional<int> depth,
                   std::optional<Kind> kind = {});

std::vector<Node> common_ancestors(const Snapshot& snapshot, const Reference& a, const Reference& b);

}  // namespace mltrack::ask
