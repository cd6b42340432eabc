#pragma once

#include <string>
#include <vector>

#include <mltrack/query.hpp>

#include "ask/marks.hpp"
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

/// Where the values of each of the first `columns` columns of a dataset are among those that a model took. `nodes` are
/// the model and what it came from, in topological order.
std::vector<Marks> marks_in_model(const Snapshot& snapshot, const Ids& nodes, std::int64_t dataset,
                                  std::int64_t columns);

}  // namespace mltrack::ask
