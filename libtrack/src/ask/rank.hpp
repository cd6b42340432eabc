#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

/// `on`: what Ranking says, prepared.
Table rank(const Snapshot& snapshot, const Ranking& ranking, const Choice& choice, const std::vector<Reference>& named,
           const std::optional<Reference>& on);

Table overview(const Snapshot& snapshot);

}  // namespace mltrack::ask
