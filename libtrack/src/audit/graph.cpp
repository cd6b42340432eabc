#include "audit/graph.hpp"

#include <algorithm>
#include <array>

#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_audit_nodes;
extern const std::string_view sql_audit_edges;
}  // namespace mltrack::schema

namespace mltrack::audit {

namespace {

constexpr std::array<std::string_view, 7> no_features = {"y",      "y_true",        "y_pred", "y_train",
                                                         "y_test", "sample_weight", "groups"};

constexpr std::array<std::string_view, 3> learnt_words = {"shape", "rows", "target"};

bool is_data(const Vertex& vertex) { return vertex.kind == Kind::dataset || vertex.kind == Kind::artifact; }

bool names_features(std::string_view slot) { return std::ranges::find(no_features, slot) == no_features.end(); }

/// The `[2]` of `train[2]`; empty where there is none.
std::string_view place_of(std::string_view slot) {
  const auto bracket = slot.find('[');
  return bracket == std::string_view::npos ? std::string_view() : slot.substr(bracket);
}

/// The constant that a word is, which outlives the row it was read from.
std::string_view learnt_word(std::string_view word) {
  const auto found = std::ranges::find(learnt_words, word);
  return found == learnt_words.end() ? std::string_view() : *found;
}

}  // namespace

bool is_fit(std::string_view op) { return op.starts_with("fit") || op == "partial_fit"; }

bool is_prediction(std::string_view op) {
  return op.starts_with("predict") || op == "decision_function" || op == "score_samples";
}

Graph::Graph(sqlite::Connection& db, std::int64_t run) {
  store::each(
      db, "SELECT uid FROM run WHERE id = ?1", [&](const sqlite::Statement& row) { uid_ = row.uid(0); }, run);
  read_vertices(db, run);
  read_edges(db, run);
}

std::string_view Graph::name(sqlite::Connection& db, std::int64_t id) {
  const auto [found, is_new] = names_.try_emplace(id);
  if (is_new) found->second = db.text("SELECT text FROM name WHERE id = ?1", id).value_or("");
  return found->second;
}

void Graph::read_vertices(sqlite::Connection& db, std::int64_t run) {
  store::each(
      db, schema::sql_audit_nodes,
      [&](const sqlite::Statement& row) {
        Vertex vertex{.id = row.integer(0), .seq = row.integer(1), .kind = parse_kind(row.text(2)), .type = {}};
        if (!row.null(3)) vertex.type = name(db, row.integer(3));
        vertex.content = row.maybe_integer(4);
        if (!row.null(5)) vertex.op = name(db, row.integer(5));
        if (!row.null(6)) vertex.parent = vertex_of(row.integer(6));
        vertex.finished = row.text(7) == "finished";
        vertex.learnt = learnt_word(row.text(8));
        vertex.rows = row.maybe_integer(9);
        const Index place = vertices_.size();
        places_.emplace(vertex.id, place);
        numbers_.emplace(vertex.seq, place);
        vertices_.push_back(std::move(vertex));
      },
      run);
}

void Graph::read_edges(sqlite::Connection& db, std::int64_t run) {
  store::each(
      db, schema::sql_audit_edges,
      [&](const sqlite::Statement& row) {
        const Index source = vertex_of(row.integer(1));
        const std::string_view slot = name(db, row.integer(2));
        const std::string_view via = row.null(3) ? std::string_view() : name(db, row.integer(3));
        vertices_[vertex_of(row.integer(0))].in.push_back({source, slot, via});
      },
      run);
}

Index Graph::vertex_of(std::int64_t id) {
  const auto [found, is_new] = places_.try_emplace(id, vertices_.size());
  if (is_new) vertices_.push_back({.id = id, .type = {}});
  return found->second;
}

void Graph::set_learnt(Index fit, std::string_view what) { vertices_[fit].learnt = learnt_word(what); }

std::optional<Index> Graph::find(const NodeRef& node) const {
  const auto found = node.run == uid_ ? numbers_.find(node.seq) : numbers_.end();
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

void Graph::share_rows(Index part, Index inside) {
  shared_[inside].push_back(part);
  rows_.clear();
}

std::optional<Index> Graph::input(Index call, std::string_view slot) const {
  for (const Link& link : vertices_[call].in)
    if (link.slot == slot) return link.vertex;
  return {};
}

std::optional<Index> Graph::features(Index call) const {
  if (const auto named = input(call, "X")) return named;
  for (const Link& link : vertices_[call].in)
    if (is_data(vertices_[link.vertex]) && names_features(link.slot)) return link.vertex;
  return {};
}

std::optional<Link> Graph::maker(Index vertex) const {
  for (const Link& link : vertices_[vertex].in)
    if (vertices_[link.vertex].kind == Kind::call) return link;
  return {};
}

std::vector<Graph::Step> Graph::steps(Index dataset) const {
  std::vector<Step> found;
  for (const Link& link : vertices_[dataset].in) {
    const Vertex& source = vertices_[link.vertex];
    if (is_data(source) && link.via != "ambiguous") found.push_back({link.vertex, {}});
    if (source.kind == Kind::call)
      for (const Index from : origins(link)) found.push_back({from, link.vertex});
  }
  if (const auto parts = shared_.find(dataset); parts != shared_.end())
    for (const Index part : parts->second) found.push_back({part, {}});
  return found;
}

/// The inputs of a call whose rows an output has: of a split the one in the same place, of others the features.
std::vector<Index> Graph::origins(const Link& made) const {
  const Vertex& call = vertices_[made.vertex];
  if (call.op != "split") {
    const bool target = call.op == "fit_resample" && made.slot == "output[1]";
    const auto features_or_target = features(made.vertex) ? features(made.vertex) : input(made.vertex, "y");
    const auto from = target ? input(made.vertex, "y") : features_or_target;
    return from ? std::vector{*from} : std::vector<Index>{};
  }
  std::vector<Index> same_place;
  std::vector<Index> all;
  for (const Link& taken : call.in) {
    if (!is_data(vertices_[taken.vertex])) continue;
    all.push_back(taken.vertex);
    if (place_of(taken.slot) == place_of(made.slot)) same_place.push_back(taken.vertex);
  }
  return same_place.empty() ? all : same_place;
}

const std::vector<Index>& Graph::rows(Index dataset) {
  if (const auto known = rows_.find(dataset); known != rows_.end()) return known->second;
  std::vector<Index> found = {dataset};
  std::vector<bool> seen(vertices_.size());
  seen[dataset] = true;
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const Step& step : steps(found[next])) {
      if (!seen[step.from]) found.push_back(step.from);
      seen[step.from] = true;
    }
  std::ranges::sort(found);
  return rows_.emplace(dataset, std::move(found)).first->second;
}

bool Graph::has_rows(Index dataset, Index part) {
  const std::vector<Index>& sources = rows(dataset);
  if (std::ranges::binary_search(sources, part)) return true;
  const auto content = vertices_[part].content;
  return content && std::ranges::any_of(sources, [&](Index source) { return vertices_[source].content == content; });
}

bool Graph::covers(Index dataset, Index whole) {
  if (has_rows(whole, dataset)) return true;
  const auto count = vertices_[dataset].rows;
  const std::vector<Index> sources = rows(dataset);
  return count && std::ranges::any_of(sources, [&](Index source) {
           return vertices_[source].rows == count && has_rows(whole, source);
         });
}

std::vector<Index> Graph::fits_of(Index model) const {
  std::vector<Index> fits;
  std::vector<Index> models = {model};
  for (std::size_t next = 0; next < models.size(); ++next)
    for (const Link& link : vertices_[models[next]].in) {
      const Vertex& source = vertices_[link.vertex];
      if (source.kind == Kind::call && is_fit(source.op)) fits.push_back(link.vertex);
      const bool continued = source.kind == Kind::model && (link.slot == "from" || link.slot == "same");
      if (continued && std::ranges::find(models, link.vertex) == models.end()) models.push_back(link.vertex);
    }
  return fits;
}

bool Graph::outermost(Index call) const {
  for (auto parent = vertices_[call].parent; parent; parent = vertices_[*parent].parent) {
    const Vertex& outer = vertices_[*parent];
    const bool estimator = is_fit(outer.op) || is_prediction(outer.op) || outer.op.ends_with("transform");
    if (estimator || outer.op == "score" || outer.op.starts_with("cross_val") || outer.op.ends_with("_curve"))
      return false;
  }
  return vertices_[call].op != "trial";
}

}  // namespace mltrack::audit
