#pragma once

#include <span>
#include <vector>

#include <mltrack/alarm.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::store {

/// The node id of a run; throws Error(not_found).
std::int64_t run_id(sqlite::Connection& db, const Uid& uid);

/// Alarms with their nodes, in the order of `ids`.
std::vector<Alarm> read_alarms(sqlite::Connection& db, std::span<const std::int64_t> ids);

/// Those of a run, the gravest first.
std::vector<Alarm> read_alarms_of(sqlite::Connection& db, std::int64_t run);

}  // namespace mltrack::store
