#pragma once

#include <optional>
#include <string>

#include <mltrack/alarm.hpp>

#include "ask/reference.hpp"
#include "ask/select.hpp"

namespace mltrack::ask {

/// A question for alarms, parsed.
struct AlarmListing {
  Listing listing;
  std::optional<Reference> run{};  ///< that it is about
  std::string kind{};
  Grade at_least = Grade::note;
};

AlarmListing parse_alarms(const AlarmSelect& select);
AlarmPage alarm_page(const Snapshot& snapshot, AlarmListing asked);
Table alarm_table(const Snapshot& snapshot, AlarmListing asked);

}  // namespace mltrack::ask
