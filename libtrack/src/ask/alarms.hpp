#pragma once

#include <vector>

#include <mltrack/alarm.hpp>

#include "ask/reference.hpp"
#include "ask/select.hpp"

namespace mltrack::ask {

/// The filter, order and place of a question for alarms, parsed.
Listing parse_alarms(const AlarmSelect& select);

/// The alarms that `select` asks for. `run` is its run, where it names one.
std::vector<Alarm> list_alarms(const Snapshot& snapshot, const AlarmSelect& select, Listing listing,
                               const std::optional<Reference>& run);

}  // namespace mltrack::ask
