#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

/// What flowed into a node.
struct Inflow {
  std::int64_t node = 0;
  std::string kind;
  std::string slot;
  std::string op;  // of a call
};

/// In topological order.
std::vector<Inflow> inflows(sqlite::Connection& db, std::int64_t node);

/// The model whose method a call was: it flowed in, or the call fitted it. 0 where there is none.
std::int64_t model_of(sqlite::Connection& db, std::int64_t call, const std::vector<Inflow>& in);

/// The dataset whose columns a method of an estimator looks at. 0 where there is none.
std::int64_t features_among(const std::vector<Inflow>& in);

/// The inflows of a dataset that tell where its columns are from: it is what a call inside another returned, or what a
/// call made; only without those, what it was derived from.
std::vector<Inflow> telling(const std::vector<Inflow>& in);

}  // namespace mltrack::ask
