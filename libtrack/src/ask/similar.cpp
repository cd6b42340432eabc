#include "ask/similar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "ask/importances.hpp"
#include "ask/problem.hpp"
#include "ask/training.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

namespace {

constexpr std::size_t shown_unless_told = 10;

struct Profile {
  std::int64_t id = 0;
  Params params;
  std::map<std::string, double> metrics;
  std::set<std::string> features;
};

/// How far the values of each name lie apart, among all that are compared.
class Ranges {
 public:
  void add(const std::string& name, double value) {
    if (!std::isfinite(value)) return;
    auto& [low, high] = ends_.try_emplace(name, value, value).first->second;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double distance(const std::string& name, double a, double b) const {
    if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
    const auto found = ends_.find(name);
    const double range = found == ends_.end() ? 0 : found->second.second - found->second.first;
    return range > 0 && std::isfinite(a) && std::isfinite(b) ? std::min(1.0, std::abs(a - b) / range) : 1;
  }

 private:
  std::map<std::string, std::pair<double, double>> ends_;
};

std::optional<double> number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.data())) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value.data())) return *real;
  return std::nullopt;
}

double difference(const std::string& name, const Value& a, const Value& b, const Ranges& ranges) {
  const auto x = number(a);
  const auto y = number(b);
  return x && y ? ranges.distance(name, *x, *y) : a == b ? 0 : 1;
}

using Distance = std::optional<double>;

Distance mean(double sum, std::size_t count) {
  return count == 0 ? Distance() : Distance(sum / static_cast<double>(count));
}

Distance of_params(const Profile& a, const Profile& b, const Ranges& ranges) {
  double sum = 0;
  std::size_t count = a.params.size();
  for (const auto& [name, value] : a.params) {
    const auto other = b.params.find(name);
    sum += other == b.params.end() ? 1 : difference(name, value, other->second, ranges);
  }
  for (const auto& [name, value] : b.params)
    if (!a.params.contains(name)) sum += 1, ++count;
  return mean(sum, count);
}

Distance of_features(const Profile& a, const Profile& b) {
  if (a.features.empty() || b.features.empty()) return std::nullopt;
  std::set<std::string> all = a.features;
  all.insert(b.features.begin(), b.features.end());
  const std::size_t shared = a.features.size() + b.features.size() - all.size();
  return mean(static_cast<double>(all.size() - shared), all.size());
}

Distance of_metrics(const Profile& a, const Profile& b, const Ranges& ranges) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& [name, value] : a.metrics) {
    const auto other = b.metrics.find(name);
    if (other == b.metrics.end()) continue;
    sum += ranges.distance(name, value, other->second);
    ++count;
  }
  return mean(sum, count);
}

/// Everything that a model is made of, and all that it is a part of.
void add_parts(const Snapshot& snapshot, std::int64_t model, std::set<std::int64_t>& parts) {
  for (const auto& [slot, part] : parts_of(snapshot, model))
    if (parts.insert(part).second) add_parts(snapshot, part, parts);
}

/// Models of the same problem type that are no parts of others, unless the one asked about is a part itself.
Ids candidates(const Snapshot& snapshot, std::int64_t model) {
  Problems problems(snapshot);
  const Ids all = chosen_models(snapshot, choice_of({}), {});
  std::set<std::int64_t> parts;
  for (const std::int64_t one : all) add_parts(snapshot, one, parts);
  std::set<std::int64_t> own;
  add_parts(snapshot, model, own);
  Ids out;
  for (const std::int64_t one : all) {
    if (one == model || own.contains(one) || parts.contains(one) != parts.contains(model)) continue;
    std::set<std::int64_t> inside;
    add_parts(snapshot, one, inside);
    if (!inside.contains(model) && problems.of(one).type == problems.of(model).type) out.push_back(one);
  }
  return out;
}

std::vector<Profile> profiles(const Snapshot& snapshot, const Ids& models) {
  std::vector<Profile> all;
  for (const Node& node : store::NodeReader(snapshot.db).read(models)) {
    Profile& profile = all.emplace_back();
    profile.id = models[all.size() - 1];
    profile.params = node.params;
    profile.metrics = latest_metrics(node);
    const auto columns = columns_taken(snapshot, profile.id);
    profile.features = {columns.begin(), columns.end()};
  }
  return all;
}

Cell cell(const Distance& distance) { return distance ? Cell(*distance) : Cell(); }

}  // namespace

Table similar(const Snapshot& snapshot, const Reference& reference, std::optional<std::size_t> limit) {
  const std::int64_t model = one_model(snapshot, reference);
  Ids ids = candidates(snapshot, model);
  ids.push_back(model);
  const std::vector<Profile> all = profiles(snapshot, ids);
  const Profile& asked = all.back();
  Ranges params;
  Ranges metrics;
  for (const Profile& profile : all) {
    for (const auto& [name, value] : profile.params)
      if (const auto real = number(value)) params.add(name, *real);
    for (const auto& [name, value] : profile.metrics) metrics.add(name, value);
  }
  std::vector<std::pair<double, std::vector<Cell>>> rows;
  for (const Profile& one : all) {
    const Distance parts[] = {of_params(asked, one, params), of_features(asked, one), of_metrics(asked, one, metrics)};
    double sum = 0;
    std::size_t count = 0;
    for (const Distance& part : parts)
      if (part) sum += *part, ++count;
    const Distance whole = mean(sum, count);
    rows.emplace_back(whole.value_or(1),
                      std::vector<Cell>{cell(whole), cell(parts[0]), cell(parts[1]), cell(parts[2])});
  }
  std::vector<std::size_t> order(all.size() - 1);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rows[a].first < rows[b].first; });
  const std::size_t most = limit.value_or(shown_unless_told);
  const std::size_t left_out = most > 0 && order.size() > most ? order.size() - most : 0;
  order.resize(order.size() - left_out);
  Ids shown;
  std::vector<std::vector<Cell>> cells;
  for (const std::size_t i : order) {
    shown.push_back(all[i].id);
    cells.push_back(rows[i].second);
  }
  Table table = about_models(snapshot, shown, {"distance", "params", "features", "metrics"}, cells);
  if (left_out > 0) table.notes.push_back(fmt::format("{} more are left out; a limit of 0 shows all", left_out));
  return table;
}

}  // namespace mltrack::ask
