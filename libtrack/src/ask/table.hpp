#pragma once

#include <mltrack/table.hpp>

#include "ask/select.hpp"

namespace mltrack::ask {

/// A listing as columns: its fields, or all that some row fills.
Table list_table(const Snapshot& snapshot, const Listing& listing);

}  // namespace mltrack::ask
