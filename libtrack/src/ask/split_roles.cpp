#include "ask/split_roles.hpp"

#include <string_view>

#include "ask/inflows.hpp"

namespace mltrack::ask {

namespace {

/// The role that a slot of a split gives: test of X_test, y_test, test[0], weights_test and test.
std::string role_of(std::string_view slot) {
  slot = slot.substr(0, slot.find('['));
  if (slot.starts_with("X_") || slot.starts_with("y_")) return std::string(slot.substr(2));
  return std::string(slot.substr(slot.rfind('_') + 1));
}

}  // namespace

bool SplitRoles::has(std::int64_t dataset, const std::string& role) {
  gather(dataset);
  for (const std::int64_t node : open_) settle(node);
  open_.clear();
  const Nearest& nearest = known_.at(dataset);
  return nearest.roles.size() == 1 && nearest.roles.contains(role);
}

/// Reads what lies above up to the nearest splits; ids are topological, so sorted they can be settled in order.
void SplitRoles::gather(std::int64_t dataset) {
  Ids todo = {dataset};
  while (!todo.empty()) {
    const std::int64_t node = todo.back();
    todo.pop_back();
    const auto [found, is_new] = known_.try_emplace(node);
    if (!is_new) continue;
    open_.insert(node);
    read(node, found->second);
    todo.insert(todo.end(), found->second.above.begin(), found->second.above.end());
  }
}

void SplitRoles::read(std::int64_t node, Nearest& nearest) {
  const std::vector<Inflow> in = inflows(db_, node);
  for (const Inflow& flow : in)
    if (flow.op == "split") nearest.roles.insert(role_of(flow.slot));
  if (!nearest.roles.empty()) {
    nearest.distance = 0;
    return;
  }
  for (const Inflow& flow : in)
    if (flow.kind == "call" || flow.kind == "dataset") nearest.above.push_back(flow.node);
}

void SplitRoles::settle(std::int64_t node) {
  Nearest& nearest = known_.at(node);
  for (const std::int64_t source : nearest.above) {
    const Nearest& above = known_.at(source);
    if (above.roles.empty() || above.distance + 1 > nearest.distance) continue;
    if (above.distance + 1 < nearest.distance) nearest.roles.clear();
    nearest.distance = above.distance + 1;
    nearest.roles.insert(above.roles.begin(), above.roles.end());
  }
}

}  // namespace mltrack::ask
