#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

/// `on`: what Ranking says, prepared, where it names no role.
Table rank(const Snapshot& snapshot, const Ranking& ranking, const Choice& choice, const std::vector<Reference>& named,
           const std::optional<Reference>& on);

/// True for a word that a split gives what comes out of it.
bool is_role(const std::string& word);

Table overview(const Snapshot& snapshot);

}  // namespace mltrack::ask
