#include "ask/call_graph.hpp"

#include <algorithm>
#include <iterator>

#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_explain_nodes;
extern const std::string_view sql_explain_edges;
extern const std::string_view sql_explain_metrics;
}  // namespace mltrack::schema

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

Ids sources_of(sqlite::Connection& db, const Ids& ids) {
  Ids all = ids;
  each(
      db, schema::sql_explain_edges, [&](const Statement& row) { all.push_back(row.integer(1)); },
      store::json_array(ids));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

CallGraph::CallGraph(sqlite::Connection& db, const Ids& ids) {
  read_nodes(db, sources_of(db, ids));
  read_edges(db, ids);
  read_metrics(db, ids);
  nest();
}

void CallGraph::read_nodes(sqlite::Connection& db, const Ids& ids) {
  const auto take = [&](const Statement& row) {
    const auto number = [&](int column) { return row.maybe_integer(column).value_or(0); };
    Vertex vertex{.id = row.integer(0), .kind = parse_kind(row.text(1))};
    vertex.type = number(2);
    vertex.name = number(3);
    vertex.content = number(4);
    vertex.op = number(5);
    vertex.spec = number(6);
    if (const auto parent = places_.find(number(7)); parent != places_.end()) vertex.parent = parent->second;
    vertex.failed = row.text(8) == "failed";
    places_.emplace(vertex.id, vertices_.size());
    vertices_.push_back(std::move(vertex));
  };
  each(db, schema::sql_explain_nodes, take, store::json_array(ids));
}

void CallGraph::read_edges(sqlite::Connection& db, const Ids& ids) {
  const auto take = [&](const Statement& row) {
    const Place to = places_.at(row.integer(0));
    const Place from = places_.at(row.integer(1));
    const auto via = row.maybe_integer(3);
    vertices_[to].in.push_back({from, row.integer(2), via});
    if (vertices_[from].is_call()) vertices_[from].out.push_back({to, row.integer(2), via});
  };
  each(db, schema::sql_explain_edges, take, store::json_array(ids));
}

void CallGraph::read_metrics(sqlite::Connection& db, const Ids& ids) {
  const auto take = [&](const Statement& row) {
    vertices_[places_.at(row.integer(0))].metrics.emplace_back(row.integer(1), row.real(2));
  };
  each(db, schema::sql_explain_metrics, take, store::json_array(ids));
}

void CallGraph::nest() {
  for (Place place = 0; place < vertices_.size(); ++place)
    if (vertices_[place].is_call()) below_[vertices_[place].parent].push_back(place);
}

const std::vector<Place>& CallGraph::below(Place call) const {
  static const std::vector<Place> none;
  const auto found = below_.find(call);
  return found == below_.end() ? none : found->second;
}

std::optional<Flowed> CallGraph::maker(Place place) const {
  for (const Flowed& flowed : vertices_[place].in)
    if (vertices_[flowed.end].is_call()) return flowed;
  return std::nullopt;
}

}  // namespace mltrack::ask
