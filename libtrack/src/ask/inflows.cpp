#include "ask/inflows.hpp"

#include <algorithm>
#include <iterator>

#include "store/read_rows.hpp"

namespace mltrack::ask {

std::vector<Inflow> inflows(sqlite::Connection& db, std::int64_t node) {
  std::vector<Inflow> in;
  store::each(
      db,
      "SELECT e.src, n.kind, s.text, o.text FROM edge AS e JOIN name AS s ON s.id = e.slot "
      "JOIN node AS n ON n.id = e.src LEFT JOIN call AS c ON c.id = n.id LEFT JOIN name AS o ON o.id = c.op "
      "WHERE e.dst = ?1 ORDER BY e.src",
      [&](const sqlite::Statement& row) {
        in.push_back(
            {row.integer(0), std::string(row.text(1)), std::string(row.text(2)), row.maybe_text(3).value_or("")});
      },
      node);
  return in;
}

std::int64_t model_of(sqlite::Connection& db, std::int64_t call, const std::vector<Inflow>& in) {
  for (const Inflow& flow : in)
    if (flow.kind == "model" && flow.slot == "model") return flow.node;
  return db
      .integer(
          "SELECT n.id FROM edge AS e JOIN node AS n ON n.id = e.dst JOIN name AS s ON s.id = e.slot "
          "WHERE e.src = ?1 AND n.kind = 'model' AND s.text = 'model'",
          call)
      .value_or(0);
}

std::int64_t features_among(const std::vector<Inflow>& in) {
  static constexpr std::string_view beside[] = {"y", "sample_weight", "groups", "y_true", "y_pred"};
  std::int64_t first = 0;
  for (const Inflow& flow : in) {
    if (flow.kind != "dataset") continue;
    if (flow.slot == "X") return flow.node;
    const bool is_beside = std::find(std::begin(beside), std::end(beside), flow.slot) != std::end(beside);
    if (first == 0 && !is_beside) first = flow.node;
  }
  return first;
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
