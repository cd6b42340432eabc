#include "record/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include <mltrack/error.hpp>

namespace mltrack::schema {
extern const std::string_view sql_find_origin;
extern const std::string_view sql_find_made;
}  // namespace mltrack::schema

namespace mltrack::record {

namespace {

using store::RowId;
using store::Stored;

/// What the search for an input's origin must respect.
struct Search {
  store::Writer& rows;
  const store::RunRow& run;
  const Flow& flow;
  bool target;  // y, y_true, or about to be split: a prediction never counts as its origin
  std::span<const RowId> others;

  bool excluded(RowId id) const { return std::find(others.begin(), others.end(), id) != others.end(); }
};

bool is_target(std::string_view slot, std::string_view op) {
  return slot == "y" || slot == "y_true" || slot == "y_train" || slot == "y_test" || op == "split";
}

Stored stored(const sqlite::Statement& row) { return {row.integer(0), NodeRef{row.uid(1), row.integer(2)}}; }

std::optional<Resolved> find_by_content(const Search& search) {
  sqlite::Statement& select = search.rows.connection().cached(schema::sql_find_origin);
  select.bind_all(search.flow.data->values, search.flow.slot, search.run.id, search.target, search.flow.untracked);
  std::optional<Resolved> best;
  std::pair<std::int64_t, std::int64_t> rank{};
  while (select.step()) {
    if (search.excluded(select.integer(0))) continue;
    const std::pair here{select.integer(3), select.integer(4)};
    if (best) {
      if (here == rank) best->via = "ambiguous";
      break;
    }
    best = Resolved{stored(select), "content"};
    rank = here;
  }
  select.reset();
  return best;
}

std::optional<Stored> first_with_column(const Search& search, const Digest& digest) {
  sqlite::Statement& select = search.rows.connection().cached(schema::sql_find_origin);
  select.bind_all(digest, search.flow.slot, search.run.id, search.target, false);
  std::optional<Stored> found;
  while (!found && select.step())
    if (!search.excluded(select.integer(0))) found = stored(select);
  select.reset();
  return found;
}

/// True when the content of one of these nodes has the column.
bool has_column(const Search& search, const std::vector<RowId>& nodes, const Digest& digest) {
  sqlite::Statement& select = search.rows.connection().cached(
      "SELECT 1 FROM node n JOIN column c ON c.content = n.content WHERE n.id = ?1 AND c.digest = ?2");
  return std::any_of(nodes.begin(), nodes.end(), [&](RowId node) {
    const bool found = select.bind_all(node, digest).step();
    select.reset();
    return found;
  });
}

/// The owners of the columns that none of the nodes in `known` has.
std::vector<Source> find_by_columns(const Search& search, const std::vector<RowId>& known = {}) {
  std::map<RowId, std::pair<NodeRef, int>> owners;
  for (const ColumnDigest& column : search.flow.data->columns) {
    if (!column.varied || has_column(search, known, column.digest)) continue;
    const auto owner = first_with_column(search, column.digest);
    if (!owner) continue;
    auto& [ref, count] = owners[owner->id];
    ref = owner->ref;
    ++count;
  }
  std::vector<Source> sources;
  for (const auto& [id, owner] : owners)
    sources.push_back({owner.first, fmt::format("columns {}/{}", owner.second, search.flow.data->width), "from"});
  return sources;
}

std::optional<Resolved> find_by_digest(const Search& search) {
  sqlite::Statement& select = search.rows.connection().cached(schema::sql_find_made);
  select.bind_all(search.flow.digest, search.flow.slot, search.run.id, to_string(search.flow.kind));
  std::optional<Resolved> found;
  if (select.step()) found = Resolved{stored(select), "content"};
  select.reset();
  return found;
}

/// One artifact node per run and content.
std::optional<Stored> same_file_in_run(const Search& search) {
  sqlite::Statement& select = search.rows.connection().cached(
      "SELECT n.id, r.uid, n.seq FROM content t JOIN node n ON n.content = t.id AND n.run = ?2 JOIN run r ON r.id = "
      "n.run"
      " WHERE t.digest = ?1 AND n.kind = 'artifact' ORDER BY n.seq LIMIT 1");
  std::optional<Stored> found;
  if (select.bind_all(search.flow.digest, search.run.id).step()) found = stored(select);
  select.reset();
  return found;
}

/// True where an object was recognised, but may hold more by now than what it was recognised from.
bool may_have_grown(const Source& source) {
  return source.via == "edited" || source.via == "view" || source.via.starts_with("frame");
}

/// A dataset whose sources are known, and what it got columns from since: a frame to which predictions were added.
/// Another run's columns are no origin: the same work done twice has equal columns.
Flow with_added_columns(const Search& search) {
  Flow flow = search.flow;
  if (!flow.data || !std::all_of(flow.sources.begin(), flow.sources.end(), may_have_grown)) return flow;
  std::vector<RowId> known;
  for (const Source& source : flow.sources) known.push_back(search.rows.find(source.node));
  for (Source& added : find_by_columns(search, known))
    if (added.node.run == search.run.uid) flow.sources.push_back(std::move(added));
  return flow;
}

Resolved resolve_dataset(const Search& search) {
  const Flow& flow = search.flow;
  if (flow.data && !flow.data->degenerate()) {
    if (auto found = find_by_content(search)) return *std::move(found);
    if (auto sources = find_by_columns(search); !sources.empty()) {
      Flow derived = flow;
      derived.sources = std::move(sources);
      return {make_node(search.rows, search.run, derived), "object"};
    }
  }
  return {make_node(search.rows, search.run, flow), "source"};
}

Resolved resolve_by_digest(const Search& search) {
  if (search.flow.digest) {
    if (auto found = find_by_digest(search)) return *std::move(found);
    if (search.flow.kind == Kind::artifact)
      if (const auto known = same_file_in_run(search)) return {*known, "object"};
  }
  return {make_node(search.rows, search.run, search.flow), "source"};
}

std::optional<RowId> content_of(store::Writer& rows, const Flow& flow) {
  if (flow.data) return rows.dataset(*flow.data);
  if (!flow.digest) return std::nullopt;
  const RowId content = rows.content(flow.digest, flow.kind == Kind::artifact ? "file" : "model", flow.size_bytes);
  if (!flow.location.empty()) rows.location(content, flow.location);
  return content;
}

}  // namespace

Stored make_node(store::Writer& rows, const store::RunRow& run, const Flow& flow, bool made) {
  if (flow.kind != Kind::dataset && flow.kind != Kind::model && flow.kind != Kind::artifact)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a {} cannot flow into or out of a call; datasets, models and artifacts can",
                            to_string(flow.kind)));
  const std::string type = flow.type.empty() && flow.data ? flow.data->family() : flow.type;
  // Sources first: a reference that names nothing must leave no node behind, and ids must stay topological.
  std::vector<RowId> sources;
  for (const Source& source : flow.sources) sources.push_back(rows.find(source.node));
  const Stored node = rows.node({.run = run.id,
                                 .uid = run.uid,
                                 .kind = flow.kind,
                                 .type = type,
                                 .name = flow.name,
                                 .content = content_of(rows, flow),
                                 .made = made});
  for (std::size_t i = 0; i < sources.size(); ++i)
    rows.edge(node.id, sources[i], flow.sources[i].slot, flow.sources[i].via);
  if (flow.fitted) rows.fitted(node.id, *flow.fitted);
  return node;
}

Resolved resolve(store::Writer& rows, const store::RunRow& run, const Flow& flow, std::string_view op,
                 std::span<const RowId> others) {
  if (flow.node) return {{rows.find(*flow.node), *flow.node}, flow.via.empty() ? "object" : flow.via};
  const Search search{rows, run, flow, is_target(flow.slot, op), others};
  if (!flow.sources.empty()) return {make_node(rows, run, with_added_columns(search)), "object"};
  Resolved found = flow.kind == Kind::dataset ? resolve_dataset(search) : resolve_by_digest(search);
  if (flow.kind == Kind::artifact && flow.digest && !flow.location.empty())
    rows.location(rows.content(flow.digest, "file", flow.size_bytes), flow.location);
  return found;
}

}  // namespace mltrack::record
