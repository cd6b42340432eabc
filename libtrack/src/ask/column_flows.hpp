#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mltrack::ask {

/// An edge into a node.
struct Inflow {
  std::int64_t node = 0;
  std::string slot;
  std::string kind;
};

/// The input whose columns a method of an estimator looks at. 0 where there is none.
std::int64_t features_among(const std::vector<Inflow>& in);

/// The inflows of a dataset that tell where its columns are from: it is what a call inside another returned, or what a
/// call made; only without those, what it was derived from.
std::vector<Inflow> telling(const std::vector<Inflow>& in);

}  // namespace mltrack::ask
