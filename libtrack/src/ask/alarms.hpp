#pragma once

#include <vector>

#include <mltrack/alarm.hpp>

#include "ask/reference.hpp"
#include "ask/select.hpp"

namespace mltrack::ask {

/// The alarms that `select` asks for. `runs` is its filter, parsed; `run` is its run, where it names one.
std::vector<Alarm> list_alarms(const Snapshot& snapshot, const AlarmSelect& select, const Listing& runs,
                               const std::optional<Reference>& run);

}  // namespace mltrack::ask
