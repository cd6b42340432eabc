#pragma once

#include <functional>

#include <mltrack/walk.hpp>

#include "ask/reference.hpp"

namespace mltrack::ask {

/// True while this thread is in a function that a walk calls: the store's reader is taken.
inline thread_local bool in_a_walk = false;

/// As Query::walk; `from` is the walk's reference.
std::int64_t walk(const Snapshot& snapshot, const Reference& from, const Walk& walk,
                  const std::function<bool(const Passed&)>& see);

}  // namespace mltrack::ask
