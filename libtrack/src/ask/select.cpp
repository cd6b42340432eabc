#include "ask/select.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "ask/fields.hpp"
#include "ask/filter_compiler.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

namespace {

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string::npos; }

/// The runs that say they are running and whose process lives.
Ids live_runs(sqlite::Connection& db) {
  Ids running;
  store::each(db, "SELECT id FROM run WHERE status = 'running'",
              [&](const sqlite::Statement& row) { running.push_back(row.integer(0)); });
  store::RunReader runs(db);
  runs.load(running);
  std::erase_if(running, [&](std::int64_t id) { return runs.at(id).status != "running"; });
  return running;
}

/// A value to sort by; numbers come before texts, as in SQLite.
struct SortValue {
  bool is_text = false;
  double number = 0;
  std::string text{};
  auto operator<=>(const SortValue&) const = default;
};

Ids ids_of(sqlite::Connection& db, const SqlText& sql) {
  sqlite::Statement statement = sql.prepare(db);
  Ids ids;
  while (statement.step()) ids.push_back(statement.integer(0));
  return ids;
}

/// Sorts by the rows (id, value) of a query; what has no value comes last, in the order it had.
void sort_by(sqlite::Connection& db, Ids& ids, const SqlText& values, bool descending) {
  constexpr int storage_text = 3;
  std::unordered_map<std::int64_t, SortValue> keys;
  sqlite::Statement row = values.prepare(db);
  while (row.step()) {
    const bool is_text = row.storage(1) == storage_text;
    keys[row.integer(0)] = {is_text, is_text ? 0 : row.real(1), is_text ? std::string(row.text(1)) : std::string()};
  }
  const auto valued = std::stable_partition(ids.begin(), ids.end(), [&](std::int64_t id) { return keys.contains(id); });
  std::stable_sort(ids.begin(), valued, [&](std::int64_t a, std::int64_t b) {
    return descending ? keys.at(b) < keys.at(a) : keys.at(a) < keys.at(b);
  });
}

}  // namespace

Ids select_ids(const Snapshot& snapshot, const Listing& listing) {
  SqlText condition;
  condition.add(condition_of(listing.kind));
  if (listing.where)
    condition.add(" AND ").add(filter::compile(snapshot, listing.kind, *listing.where, listing.select.where));
  filter::OrderSql order;
  if (listing.order) order = filter::compile_order(listing.kind, *listing.order, listing.select.order_by);
  const bool descending = listing.order && listing.order->descending;

  SqlText sql;
  if ((condition.text() + order.expression).find("live_runs") != std::string::npos)
    sql.add("WITH live_runs (id) AS (SELECT value FROM json_each(")
        .bind(store::json_array(live_runs(snapshot.db)))
        .add(")) ");
  sql.add("SELECT n.id FROM ").add(base_of(listing.kind)).add(" WHERE ").add(std::move(condition)).add(" ORDER BY ");
  if (!order.expression.empty())
    sql.add("(" + order.expression + ") IS NULL, (" + order.expression + ")" + (descending ? " DESC, " : ", "));
  sql.add(newest_first_of(listing.kind));
  const std::size_t limit = listing.select.limit.value_or(0);
  if (limit > 0 && !order.values)
    sql.add(" LIMIT ").bind(static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
  Ids ids = ids_of(snapshot.db, sql);
  if (!order.values) return ids;
  sort_by(snapshot.db, ids, *order.values, descending);
  if (limit > 0 && ids.size() > limit) ids.resize(limit);
  return ids;
}

Listing parse_listing(Kind kind, const Select& select) {
  Listing listing{kind, select};
  if (!is_blank(select.where)) listing.where = filter::parse(select.where);
  if (!is_blank(select.order_by)) listing.order = filter::parse_order(select.order_by);
  return listing;
}

std::vector<Node> list_nodes(const Snapshot& snapshot, const Listing& listing) {
  return store::NodeReader(snapshot.db).read(select_ids(snapshot, listing));
}

}  // namespace mltrack::ask
