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

/// `ids` and where their edges come from, sorted.
template <class Links>
Ids with_sources(const Ids& ids, const Links& links) {
  Ids all = ids;
  for (const auto& link : links) all.push_back(link.src);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

CallGraph::CallGraph(sqlite::Connection& db, const Ids& ids) {
  const std::vector<Link> links = read_links(db, ids);
  read_nodes(db, with_sources(ids, links));
  join(links);
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

std::vector<CallGraph::Link> CallGraph::read_links(sqlite::Connection& db, const Ids& ids) {
  std::vector<Link> links;
  const auto take = [&](const Statement& row) {
    links.push_back({row.integer(0), row.integer(1), row.integer(2), row.maybe_integer(3)});
  };
  each(db, schema::sql_explain_edges, take, store::json_array(ids));
  return links;
}

void CallGraph::join(const std::vector<Link>& links) {
  for (const Link& link : links) {
    const Place to = places_.at(link.dst);
    const Place from = places_.at(link.src);
    vertices_[to].in.push_back({from, link.slot, link.via});
    if (vertices_[from].is_call()) vertices_[from].out.push_back({to, link.slot, link.via});
  }
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
