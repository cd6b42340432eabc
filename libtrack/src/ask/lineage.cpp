#include "ask/lineage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <unordered_set>

#include <mltrack/error.hpp>

#include "store/read.hpp"
#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_newest_first;
}

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

constexpr int far = std::numeric_limits<int>::max();

struct Link {
  std::int64_t dst;
  std::int64_t src;
  std::int64_t slot;
  std::optional<std::int64_t> via;
};

std::size_t place(const Ids& sorted, std::int64_t id) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), id) - sorted.begin());
}

bool among(const Ids& sorted, std::int64_t id) { return std::binary_search(sorted.begin(), sorted.end(), id); }

Ids united(const Ids& a, const Ids& b) {
  Ids ids;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(ids));
  return ids;
}

/// The edges among sorted nodes, by dst.
std::vector<Link> links_among(sqlite::Connection& db, const Ids& nodes) {
  std::vector<Link> links;
  const auto take = [&](const Statement& row) {
    if (among(nodes, row.integer(1)))
      links.push_back({row.integer(0), row.integer(1), row.integer(2), row.maybe_integer(3)});
  };
  each(db,
       "SELECT e.dst, e.src, e.slot, e.via FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.dst = w.value "
       "ORDER BY w.key, e.src, e.slot",
       take, store::json_array(nodes));
  return links;
}

/// The length of the shortest way from a start to each node. One pass in topological order is enough.
std::vector<int> depths(const Ids& nodes, const std::vector<Link>& links, const Ids& starts, Way way) {
  std::vector<int> depth(nodes.size(), far);
  for (const std::int64_t start : starts)
    if (among(nodes, start)) depth[place(nodes, start)] = 0;
  const auto relax = [&](std::int64_t from, std::int64_t to) {
    const int reached = depth[place(nodes, from)];
    int& best = depth[place(nodes, to)];
    if (reached != far) best = std::min(best, reached + 1);
  };
  if (way == Way::down)
    for (const Link& link : links) relax(link.src, link.dst);
  else
    for (auto link = links.rbegin(); link != links.rend(); ++link) relax(link->dst, link->src);
  return depth;
}

/// Leaves the nodes nearest to the starts in topological order.
void cut(Ids& ids, Way way, const char* what, std::vector<std::string>& notes) {
  if (ids.size() <= most_nodes) return;
  notes.push_back(fmt::format("{} more {} are left out; bound the depth, or ask about something nearer",
                              ids.size() - most_nodes, what));
  if (way == Way::up)
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(most_nodes));
  else
    ids.resize(most_nodes);
}

std::vector<Edge> edges_of(store::NodeReader& reader, const std::vector<Link>& links, const Ids& ids,
                           const std::vector<Node>& nodes) {
  std::vector<Edge> edges;
  edges.reserve(links.size());
  for (const Link& link : links) {
    Edge& edge = edges.emplace_back();
    edge.src = nodes[place(ids, link.src)].ref;
    edge.dst = nodes[place(ids, link.dst)].ref;
    edge.slot = reader.name(link.slot);
    if (link.via) edge.via = reader.name(*link.via);
  }
  return edges;
}

Ids newest_first(sqlite::Connection& db, const Ids& ids) {
  Ids sorted;
  each(
      db, schema::sql_newest_first, [&](const Statement& row) { sorted.push_back(row.integer(0)); },
      store::json_array(ids));
  return sorted;
}

/// Those of a kind, where there are too many to show all.
void prefer(sqlite::Connection& db, Ids& ids, std::optional<Kind> kind) {
  if (!kind || ids.size() <= most_nodes) return;
  Ids chosen;
  each(
      db, "SELECT n.id FROM json_each(?1) AS w CROSS JOIN node AS n ON n.id = w.value WHERE n.kind = ?2 ORDER BY w.key",
      [&](const Statement& row) { chosen.push_back(row.integer(0)); }, store::json_array(ids), to_string(*kind));
  ids = std::move(chosen);
}

/// Leaves the nodes of a kind, and the edges among them and the root.
void keep_kind(Lineage& lineage, Kind kind) {
  std::unordered_set<std::string> left{lineage.root.ref};
  std::erase_if(lineage.nodes, [&](const Node& node) { return node.kind != kind; });
  for (const Node& node : lineage.nodes) left.insert(node.ref);
  std::erase_if(lineage.edges, [&](const Edge& edge) { return !left.contains(edge.src) || !left.contains(edge.dst); });
}

}  // namespace

Lineage lineage_of(const Snapshot& snapshot, const Reference& reference, bool up, bool down, std::optional<int> depth,
                   std::optional<Kind> kind) {
  if (depth && *depth < 0)
    throw Error(ErrorCode::invalid_argument, fmt::format("a depth of {} is not possible; expected 0 or more", *depth));
  sqlite::Connection& db = snapshot.db;
  const Target target = resolve(snapshot, reference);
  Lineage answer;
  if (target.starts.size() > 1 && target.kind != Kind::run && target.kind != Kind::experiment &&
      target.kind != Kind::project)
    answer.notes.push_back(
        fmt::format("this content occurs {} times; the answer covers all of them", target.starts.size()));
  Ids ids = target.starts;
  cut(ids, up ? Way::up : Way::down, "of the nodes it starts at", answer.notes);
  for (const Way way : {Way::up, Way::down}) {
    if (!(way == Way::up ? up : down)) continue;
    Ids reached = closure(db, target.starts, way, depth);
    prefer(db, reached, kind);
    cut(reached, way, way == Way::up ? "ancestors" : "descendants", answer.notes);
    ids = united(ids, reached);
  }
  ids = united(ids, {target.node});

  const std::vector<Link> links = links_among(db, ids);
  store::NodeReader reader(db);
  answer.nodes = reader.read(ids);
  answer.edges = edges_of(reader, links, ids, answer.nodes);
  const std::vector<int> above = up ? depths(ids, links, target.starts, Way::up) : std::vector<int>(ids.size(), far);
  const std::vector<int> below =
      down ? depths(ids, links, target.starts, Way::down) : std::vector<int>(ids.size(), far);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (const int nearest = std::min(above[i], below[i]); nearest != far) answer.nodes[i].depth = nearest;

  const auto root = answer.nodes.begin() + static_cast<std::ptrdiff_t>(place(ids, target.node));
  answer.root = std::move(*root);
  answer.root.depth = 0;
  answer.nodes.erase(root);
  if (kind) keep_kind(answer, *kind);
  return answer;
}

std::vector<Node> common_ancestors(const Snapshot& snapshot, const Reference& a, const Reference& b) {
  sqlite::Connection& db = snapshot.db;
  const Ids from_a = resolve(snapshot, a).starts;
  const Ids from_b = resolve(snapshot, b).starts;
  const Ids above_a = united(closure(db, from_a, Way::up), from_a);
  const Ids above_b = united(closure(db, from_b, Way::up), from_b);
  Ids common;
  std::set_intersection(above_a.begin(), above_a.end(), above_b.begin(), above_b.end(), std::back_inserter(common));
  // What both start from is no ancestor of either.
  std::erase_if(common, [&](std::int64_t id) { return among(from_a, id) && among(from_b, id); });

  // All that lies above a common ancestor is one too, so those without a child among them are the nearest.
  std::vector<bool> has_child(common.size());
  for (const Link& link : links_among(db, common)) has_child[place(common, link.src)] = true;
  Ids lowest;
  for (std::size_t i = 0; i < common.size(); ++i)
    if (!has_child[i]) lowest.push_back(common[i]);
  std::vector<Node> nodes = store::NodeReader(db).read(newest_first(db, lowest));
  std::stable_partition(nodes.begin(), nodes.end(), [](const Node& node) { return node.kind == Kind::dataset; });
  return nodes;
}

}  // namespace mltrack::ask
