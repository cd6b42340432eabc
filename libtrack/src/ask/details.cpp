#include "ask/details.hpp"

#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "ask/environment.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

enum class Side { in, out };

std::vector<Edge> edges_at(sqlite::Connection& db, store::NodeReader& reader, std::int64_t node, Side side) {
  std::vector<Edge> edges;
  Ids ends;
  const auto take = [&](const Statement& row) {
    ends.push_back(row.integer(0));
    Edge& edge = edges.emplace_back();
    edge.slot = reader.name(row.integer(1));
    edge.via = reader.name(row, 2);
  };
  each(db,
       side == Side::in ? "SELECT src, slot, via FROM edge WHERE dst = ?1 ORDER BY src, slot"
                        : "SELECT dst, slot, via FROM edge WHERE src = ?1 ORDER BY dst, slot",
       take, node);
  const std::string here = reader.refs({&node, 1}).front();
  const std::vector<std::string> there = reader.refs(ends);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges[i].src = side == Side::in ? there[i] : here;
    edges[i].dst = side == Side::in ? here : there[i];
  }
  return edges;
}

std::vector<Column> columns_of(sqlite::Connection& db, store::NodeReader& reader, std::int64_t content) {
  std::vector<Column> columns;
  const auto take = [&](const Statement& row) {
    columns.push_back({row.integer(0), reader.name(row, 1), reader.name(row.integer(2)), row.digest(3).hex()});
  };
  each(db, "SELECT pos, name, type, digest FROM column WHERE content = ?1 ORDER BY pos", take, content);
  return columns;
}

std::vector<Note> notes_of(sqlite::Connection& db, std::int64_t node) {
  std::vector<Note> notes;
  const auto take = [&](const Statement& row) {
    notes.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2))});
  };
  each(db, "SELECT at_us, author, text FROM note WHERE node = ?1 ORDER BY at_us, id", take, node);
  return notes;
}

[[noreturn]] void raise_no_metric(sqlite::Connection& db, const Target& target, const Reference& reference,
                                  const std::string& metric) {
  std::string known;
  const auto take = [&](const Statement& row) { known += (known.empty() ? "" : ", ") + std::string(row.text(0)); };
  each(db,
       "SELECT DISTINCT n.text FROM metric AS m JOIN name AS n ON n.id = m.name WHERE m.subject = ?1 ORDER BY n.text",
       take, target.node);
  throw Error(ErrorCode::not_found, fmt::format("{} has no metric {}; it has {}", value::quoted(reference.text),
                                                value::quoted(metric), known.empty() ? "none" : known));
}

}  // namespace

Node node_of(const Snapshot& snapshot, const Reference& reference) {
  return store::NodeReader(snapshot.db).read_one(resolve(snapshot, reference).node);
}

Details details_of(const Snapshot& snapshot, const Reference& reference) {
  sqlite::Connection& db = snapshot.db;
  const std::int64_t node = resolve(snapshot, reference).node;
  store::NodeReader reader(db);
  Details details;
  details.node = reader.read_one(node);
  details.in = edges_at(db, reader, node, Side::in);
  details.out = edges_at(db, reader, node, Side::out);
  details.notes = notes_of(db, node);
  details.code = code_of(db, node);
  details.environment = environment_of(db, node);
  details.dump = dump_of(db, node);
  const auto content = db.integer("SELECT content FROM node WHERE id = ?1", node);
  if (!content) return details;
  details.columns = columns_of(db, reader, *content);
  details.columns_omitted = details.columns.empty() && details.node.columns.value_or(0) > 0;
  each(
      db, "SELECT uri FROM location WHERE content = ?1 ORDER BY seen_us, uri",
      [&](const Statement& row) { details.locations.emplace_back(row.text(0)); }, *content);
  return details;
}

std::vector<Point> points_of(const Snapshot& snapshot, const Reference& reference, const std::string& metric) {
  sqlite::Connection& db = snapshot.db;
  const Target target = resolve(snapshot, reference);
  std::vector<Point> points;
  const auto take = [&](const Statement& row) {
    points.push_back({row.integer(0), row.integer(1), row.real(2), row.integer(3)});
  };
  each(db,
       "SELECT p.step, p.nth, p.value, p.at_us FROM metric AS m JOIN point AS p ON p.metric = m.id "
       "WHERE m.subject = ?1 AND m.name = (SELECT id FROM name WHERE text = ?2) ORDER BY p.step, p.at_us, m.id, p.nth",
       take, target.node, metric);
  const auto exists = [&] {
    return db.integer("SELECT 1 FROM metric WHERE subject = ?1 AND name = (SELECT id FROM name WHERE text = ?2)",
                      target.node, metric);
  };
  if (points.empty() && !exists()) raise_no_metric(db, target, reference, metric);
  return points;
}

}  // namespace mltrack::ask
