#pragma once

#include <string>
#include <vector>

#include "ask/models.hpp"

namespace mltrack::ask {

/// How much each column of a model matters, by one measure.
struct Importances {
  std::string measure;
  std::vector<std::string> names;
  std::vector<double> values;
};

/// What a model says of it, or its last step; empty where it says nothing. Permutation importances come last.
std::vector<Importances> importances_of(const Snapshot& snapshot, std::int64_t model);

Table importances(const Snapshot& snapshot, const Reference& model);

/// The names of the columns that a model was fitted on, `[0]`, `[1]`, ... where they have none; empty: not known.
std::vector<std::string> columns_taken(const Snapshot& snapshot, std::int64_t model);

/// The part of a model that decides: the last step of a pipeline, the best of a search; itself where it has none.
std::int64_t deciding_part(const Snapshot& snapshot, std::int64_t model);

}  // namespace mltrack::ask
