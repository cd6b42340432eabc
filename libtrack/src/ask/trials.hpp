#pragma once

#include <mltrack/query.hpp>

#include "ask/reference.hpp"

namespace mltrack::ask {

StoredTrials trials_of(const Snapshot& snapshot, const Reference& reference);

}  // namespace mltrack::ask
