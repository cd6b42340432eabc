#include "ask/select.hpp"

#include <algorithm>

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

SqlText select_ids(const Snapshot& snapshot, const Listing& listing) {
  SqlText condition;
  condition.add(condition_of(listing.kind));
  if (listing.where)
    condition.add(" AND ").add(filter::compile(snapshot, listing.kind, *listing.where, listing.select.where));
  filter::OrderSql order;
  if (listing.order) order = filter::compile_order(listing.kind, *listing.order, listing.select.order_by);

  SqlText sql;
  const std::string parts = condition.text() + order.expression;
  if (parts.find("live_runs") != std::string::npos)
    sql.add("WITH live_runs (id) AS (SELECT value FROM json_each(")
        .bind(store::json_array(live_runs(snapshot.db)))
        .add(")) ");
  sql.add("SELECT n.id FROM ").add(base_of(listing.kind)).add(std::move(order.join));
  sql.add(" WHERE ").add(std::move(condition)).add(" ORDER BY ");
  if (listing.order)
    sql.add("(" + order.expression + ") IS NULL, (" + order.expression + ")" +
            (listing.order->descending ? " DESC, " : ", "));
  sql.add(newest_first_of(listing.kind));
  const std::size_t limit = listing.select.limit.value_or(0);
  if (limit > 0) sql.add(" LIMIT ").bind(static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
  return sql;
}

}  // namespace

Listing parse_listing(Kind kind, const Select& select, const std::filesystem::path& store) {
  Listing listing{kind, select};
  if (!is_blank(select.where)) listing.where = filter::parse(select.where, store);
  if (!is_blank(select.order_by)) listing.order = filter::parse_order(select.order_by);
  return listing;
}

std::vector<Node> list_nodes(const Snapshot& snapshot, const Listing& listing) {
  const SqlText sql = select_ids(snapshot, listing);
  sqlite::Statement statement = sql.prepare(snapshot.db);
  Ids ids;
  while (statement.step()) ids.push_back(statement.integer(0));
  return store::NodeReader(snapshot.db).read(ids);
}

}  // namespace mltrack::ask
