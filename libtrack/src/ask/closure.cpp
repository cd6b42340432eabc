#include "ask/closure.hpp"

#include <algorithm>

#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_closure_up;
extern const std::string_view sql_closure_down;
}  // namespace mltrack::schema

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

/// The scan costs about this many times less per edge than the recursive query does per node it visits.
constexpr std::int64_t scan_gain = 20;
constexpr std::int64_t always_by_cte = 2'000;

std::int64_t last_node(sqlite::Connection& db) { return db.integer("SELECT max(id) FROM node").value_or(0); }

/// How many nodes the scan would pass.
std::int64_t scan_length(sqlite::Connection& db, const Ids& starts, Way way) {
  return way == Way::up ? *std::max_element(starts.begin(), starts.end())
                        : last_node(db) - *std::min_element(starts.begin(), starts.end());
}

/// A set of node ids.
class Marks {
 public:
  explicit Marks(std::int64_t last) : marks_(static_cast<std::size_t>(last) + 1) {}
  bool has(std::int64_t id) const { return marks_[static_cast<std::size_t>(id)]; }
  void add(std::int64_t id) { marks_[static_cast<std::size_t>(id)] = true; }
  Ids ids() const {
    Ids ids;
    for (std::size_t i = 0; i < marks_.size(); ++i)
      if (marks_[i]) ids.push_back(static_cast<std::int64_t>(i));
    return ids;
  }

 private:
  std::vector<bool> marks_;
};

}  // namespace

std::optional<Ids> closure_by_cte(sqlite::Connection& db, const Ids& starts, Way way, std::int64_t most) {
  Ids ids;
  each(
      db, way == Way::up ? schema::sql_closure_up : schema::sql_closure_down,
      [&](const Statement& row) { ids.push_back(row.integer(0)); }, store::json_array(starts), most + 1);
  if (static_cast<std::int64_t>(ids.size()) > most) return std::nullopt;
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Ids are topological, so one pass over the edges in order sees every node after all that lead to it.
Ids closure_by_scan(sqlite::Connection& db, const Ids& starts, Way way) {
  if (starts.empty()) return {};
  const std::int64_t last = last_node(db);
  Marks from(last);
  Marks reached(last);
  for (const std::int64_t start : starts) from.add(start);
  if (way == Way::up) {
    const auto edge = [&](const Statement& row) {
      const std::int64_t dst = row.integer(0);
      if (from.has(dst) || reached.has(dst)) reached.add(row.integer(1));
    };
    each(db, "SELECT dst, src FROM edge WHERE dst <= ?1 ORDER BY dst DESC", edge,
         *std::max_element(starts.begin(), starts.end()));
  } else {
    const auto edge = [&](const Statement& row) {
      const std::int64_t src = row.integer(1);
      if (from.has(src) || reached.has(src)) reached.add(row.integer(0));
    };
    each(db, "SELECT dst, src FROM edge WHERE dst > ?1 ORDER BY dst", edge,
         *std::min_element(starts.begin(), starts.end()));
  }
  return reached.ids();
}

Ids closure_by_levels(sqlite::Connection& db, const Ids& starts, Way way, int depth) {
  const std::string_view sql =
      way == Way::up ? "SELECT DISTINCT e.src FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.dst = w.value"
                     : "SELECT DISTINCT e.dst FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.src = w.value";
  Marks from(last_node(db));
  Marks reached = from;
  for (const std::int64_t start : starts) from.add(start);
  Ids level = starts;
  for (int step = 0; step < depth && !level.empty(); ++step) {
    Ids next;
    const auto take = [&](const Statement& row) {
      const std::int64_t id = row.integer(0);
      if (!from.has(id) && !reached.has(id)) next.push_back(id);
      reached.add(id);
    };
    each(db, sql, take, store::json_array(level));
    level = std::move(next);
  }
  return reached.ids();
}

Ids closure(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth) {
  if (starts.empty()) return {};
  if (depth) return closure_by_levels(db, starts, way, *depth);
  const std::int64_t most = std::max(always_by_cte, scan_length(db, starts, way) / scan_gain);
  if (std::optional<Ids> ids = closure_by_cte(db, starts, way, most)) return *ids;
  return closure_by_scan(db, starts, way);
}

}  // namespace mltrack::ask
