#pragma once

#include <string>
#include <vector>

#include <mltrack/query.hpp>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

std::vector<ColumnUse> uses_of_column(const Snapshot& snapshot, const std::string& name);

/// The models that were fitted on values of a column, and the datasets that hold values of it, by age.
struct ColumnHolders {
  Ids models{};
  Ids datasets{};
};

/// Both empty where nothing has such a column.
ColumnHolders holders_of_column(const Snapshot& snapshot, const std::string& name);

}  // namespace mltrack::ask
