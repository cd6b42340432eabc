#pragma once

#include <string>
#include <vector>

#include <mltrack/query.hpp>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

std::vector<ColumnUse> uses_of_column(const Snapshot& snapshot, const std::string& name);

}  // namespace mltrack::ask
