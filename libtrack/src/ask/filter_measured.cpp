#include "ask/filter_measured.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <unordered_map>

#include "ask/filter_names.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

using sqlite::Statement;
using store::each;

namespace {

/// The role that a slot of a split gives: test of X_test, y_test, test[0]. Nothing for other slots.
std::string role_of(std::string_view slot) {
  if (slot.starts_with("X_") || slot.starts_with("y_")) return std::string(slot.substr(2));
  const std::size_t bracket = slot.find('[');
  const bool numbered = bracket != std::string_view::npos && slot.ends_with("]");
  return numbered ? std::string(slot.substr(0, bracket)) : std::string();
}

struct Inflow {
  std::int64_t node;
  std::string slot;
  bool split;  // it is a call that splits
};

/// Finds the nearest split above datasets, over derivations and calls but never through a model.
class Roles {
 public:
  explicit Roles(const Snapshot& snapshot) : db_(snapshot.db) {}

  bool is(std::int64_t dataset, const std::string& role) {
    gather(dataset);
    for (const std::int64_t node : open_) settle(node);
    open_.clear();
    const Nearest& nearest = known_.at(dataset);
    return nearest.roles.size() == 1 && nearest.roles.contains(role);
  }

 private:
  struct Nearest {
    std::int64_t distance = std::numeric_limits<std::int64_t>::max() - 1;
    std::set<std::string> roles{};
    std::vector<std::int64_t> above{};
  };

  /// Reads what lies above up to the nearest splits; ids are topological, so sorted they can be settled in order.
  void gather(std::int64_t dataset) {
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

  void read(std::int64_t node, Nearest& nearest) {
    const std::vector<Inflow> in = inflows(node);
    for (const Inflow& flow : in)
      if (const std::string role = flow.split ? role_of(flow.slot) : ""; !role.empty()) nearest.roles.insert(role);
    if (!nearest.roles.empty()) {
      nearest.distance = 0;
      return;
    }
    for (const Inflow& flow : in) nearest.above.push_back(flow.node);
  }

  std::vector<Inflow> inflows(std::int64_t node) {
    std::vector<Inflow> in;
    each(
        db_,
        "SELECT e.src, s.text, ifnull(o.text = 'split', 0) FROM edge AS e JOIN name AS s ON s.id = e.slot JOIN node AS "
        "n ON "
        "n.id = e.src LEFT JOIN call AS c ON c.id = n.id LEFT JOIN name AS o ON o.id = c.op WHERE e.dst = ?1 AND "
        "n.kind "
        "IN ('call', 'dataset') ORDER BY e.src",
        [&](const Statement& row) {
          in.push_back({row.integer(0), std::string(row.text(1)), row.integer(2) != 0});
        },
        node);
    return in;
  }

  void settle(std::int64_t node) {
    Nearest& nearest = known_.at(node);
    for (const std::int64_t source : nearest.above) {
      const Nearest& above = known_.at(source);
      if (above.roles.empty() || above.distance + 1 > nearest.distance) continue;
      if (above.distance + 1 < nearest.distance) nearest.roles.clear();
      nearest.distance = above.distance + 1;
      nearest.roles.insert(above.roles.begin(), above.roles.end());
    }
  }

  sqlite::Connection& db_;
  std::unordered_map<std::int64_t, Nearest> known_;
  std::set<std::int64_t> open_;
};

Ids datasets_of(const Snapshot& snapshot, const Ids& metrics) {
  Ids datasets;
  each(
      snapshot.db,
      "SELECT DISTINCT m.dataset FROM json_each(?1) AS w CROSS JOIN metric AS m ON m.name = w.value WHERE m.dataset IS "
      "NOT NULL ORDER BY 1",
      [&](const Statement& row) { datasets.push_back(row.integer(0)); }, store::json_array(metrics));
  return datasets;
}

/// The datasets of a reference's content; of a file, what was read from it.
Ids same_content(const Snapshot& snapshot, const Target& target) {
  Ids ids;
  each(
      snapshot.db,
      "WITH named (id) AS (SELECT value FROM json_each(?1)),"
      " held (id) AS (SELECT id FROM named UNION"
      " SELECT o.dst FROM named CROSS JOIN edge AS i ON i.src = named.id JOIN call AS c ON c.id = i.dst"
      " JOIN name AS t ON t.id = c.op CROSS JOIN edge AS o ON o.src = c.id WHERE t.text = 'read')"
      " SELECT s.id FROM held CROSS JOIN node AS n ON n.id = held.id CROSS JOIN node AS s ON s.content = n.content"
      " WHERE s.kind = 'dataset' UNION SELECT n.id FROM held CROSS JOIN node AS n ON n.id = held.id"
      " WHERE n.kind = 'dataset' ORDER BY 1",
      [&](const Statement& row) { ids.push_back(row.integer(0)); }, store::json_array(target.starts));
  return ids;
}

}  // namespace

Ids measured_on(const Snapshot& snapshot, const Measured& on, const Ids& metrics, const std::string& text) {
  if (on.dataset) {
    const Target target = resolve(snapshot, *on.dataset);
    if (target.kind != Kind::dataset && target.kind != Kind::artifact)
      raise(text, on.at,
            fmt::format("{} names a {}; a metric is measured on a dataset", value::quoted(on.dataset->text),
                        to_string(target.kind)));
    return same_content(snapshot, target);
  }
  check_role(snapshot, on.role, on.at, text);
  Roles roles(snapshot);
  Ids datasets = datasets_of(snapshot, metrics);
  std::erase_if(datasets, [&](std::int64_t dataset) { return !roles.is(dataset, on.role); });
  return datasets;
}

}  // namespace mltrack::ask::filter
