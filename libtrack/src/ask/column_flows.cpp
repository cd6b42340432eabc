#include "ask/column_flows.hpp"

#include <algorithm>
#include <iterator>

#include "ask/models.hpp"

namespace mltrack::ask {

std::int64_t features_among(const std::vector<Inflow>& in) {
  std::vector<std::pair<std::string, std::int64_t>> datasets;
  for (const Inflow& flow : in)
    if (flow.kind == "dataset") datasets.emplace_back(flow.slot, flow.node);
  return features_among(datasets);
}

std::vector<Inflow> telling(const std::vector<Inflow>& in) {
  const auto is_same = [](const Inflow& flow) { return flow.slot == "same"; };
  const auto is_call = [](const Inflow& flow) { return flow.kind == "call"; };
  std::vector<Inflow> out;
  std::copy_if(in.begin(), in.end(), std::back_inserter(out), is_same);
  if (out.empty()) std::copy_if(in.begin(), in.end(), std::back_inserter(out), is_call);
  return out.empty() ? in : out;
}

}  // namespace mltrack::ask
