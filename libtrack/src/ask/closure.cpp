#include "ask/closure.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

/// To look up the edges of a node costs about as much as to scan so many edges.
constexpr std::int64_t scan_gain = 20;
/// A walk through a dense part of the graph may be cut short when it has cost this part of the scan that it saves.
constexpr std::int64_t patience = 8;

std::int64_t last_node(sqlite::Connection& db) { return db.integer("SELECT max(id) FROM node").value_or(0); }

/// Ids are topological: whoever goes through them in order meets every node after all that lead to it. Upwards, that is
/// the descending order.
class Search {
 public:
  Search(sqlite::Connection& db, const Ids& starts, Way way)
      : db_(db), way_(way), last_(last_node(db)), from_(last_), reached_(last_) {
    for (const std::int64_t start : starts)
      if (from_.add(start)) ahead_.push(key(start));
    if (!starts.empty()) first_ = key(ahead_.top());
  }

  /// Looks up the edges of the nodes ahead one after the other, as long as `more` says so.
  template <class More>
  void walk(More&& more) {
    Statement& edges =
        db_.cached(way_ == Way::up ? "SELECT src FROM edge WHERE dst = ?1" : "SELECT dst FROM edge WHERE src = ?1");
    while (!ahead_.empty() && more()) {
      at_ = key(ahead_.top());
      ahead_.pop();
      ++passed_;
      edges.bind(1, at_);
      while (edges.step()) reach(edges.integer(0));
      edges.reset();
    }
  }

  /// Scans the edges that a walk has not been at.
  void scan() {
    if (ahead_.empty()) return;
    const std::int64_t next = key(ahead_.top());
    if (way_ == Way::up)
      each(
          db_, "SELECT dst, src FROM edge WHERE dst <= ?1 ORDER BY dst DESC",
          [&](const Statement& row) { follow(row.integer(0), row.integer(1)); }, next);
    else
      each(
          db_, "SELECT dst, src FROM edge WHERE dst > ?1 ORDER BY dst",
          [&](const Statement& row) { follow(row.integer(1), row.integer(0)); }, next);
  }

  /// True while it is less work to walk on than to scan the rest, as far as the way so far can tell.
  bool walking_pays() const {
    const std::int64_t left = way_ == Way::up ? at_ : last_ - at_;
    if (passed_ * scan_gain > left) return false;
    const bool dense = passed_ * scan_gain > std::abs(at_ - first_);
    return !dense || passed_ * scan_gain * patience < left;
  }

  NodeSet take() { return std::move(reached_); }

 private:
  /// What comes first has the greatest key; the same function leads back.
  std::int64_t key(std::int64_t id) const { return way_ == Way::up ? id : -id; }

  void reach(std::int64_t id) {
    if (reached_.add(id) && !from_.has(id)) ahead_.push(key(id));
  }

  void follow(std::int64_t from, std::int64_t to) {
    if (from_.has(from) || reached_.has(from)) reached_.add(to);
  }

  sqlite::Connection& db_;
  Way way_;
  std::int64_t last_;
  NodeSet from_;
  NodeSet reached_;
  std::priority_queue<std::int64_t> ahead_{};
  std::int64_t first_ = 0;
  std::int64_t at_ = 0;
  std::int64_t passed_ = 0;
};

}  // namespace

NodeSet reached_by_walk(sqlite::Connection& db, const Ids& starts, Way way) {
  Search search(db, starts, way);
  search.walk([] { return true; });
  return search.take();
}

NodeSet reached_by_scan(sqlite::Connection& db, const Ids& starts, Way way) {
  Search search(db, starts, way);
  search.scan();
  return search.take();
}

NodeSet reached_by_levels(sqlite::Connection& db, const Ids& starts, Way way, int depth) {
  const std::string_view sql =
      way == Way::up ? "SELECT DISTINCT e.src FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.dst = w.value"
                     : "SELECT DISTINCT e.dst FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.src = w.value";
  NodeSet from(last_node(db));
  NodeSet reached = from;
  for (const std::int64_t start : starts) from.add(start);
  Ids level = starts;
  for (int step = 0; step < depth && !level.empty(); ++step) {
    Ids next;
    const auto take = [&](const Statement& row) {
      const std::int64_t id = row.integer(0);
      if (reached.add(id) && !from.has(id)) next.push_back(id);
    };
    each(db, sql, take, store::json_array(level));
    level = std::move(next);
  }
  return reached;
}

NodeSet reached(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth) {
  if (depth) return reached_by_levels(db, starts, way, *depth);
  Search search(db, starts, way);
  search.walk([&] { return search.walking_pays(); });
  search.scan();
  return search.take();
}

Ids closure(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth) {
  if (starts.empty()) return {};
  return reached(db, starts, way, depth).ids();
}

}  // namespace mltrack::ask
