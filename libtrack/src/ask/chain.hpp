#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

Chain chain_of(const Snapshot& snapshot, const Reference& model);

}  // namespace mltrack::ask
