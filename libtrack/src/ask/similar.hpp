#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

Table similar(const Snapshot& snapshot, const Reference& model, std::optional<std::size_t> limit);

}  // namespace mltrack::ask
