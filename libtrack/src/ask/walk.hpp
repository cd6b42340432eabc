#pragma once

#include <functional>

#include <mltrack/walk.hpp>

#include "ask/reference.hpp"

namespace mltrack::ask {

/// As Query::walk; `from` is the walk's reference.
std::int64_t walk(const Snapshot& snapshot, const Reference& from, const Walk& walk,
                  const std::function<bool(const Passed&)>& see);

}  // namespace mltrack::ask
