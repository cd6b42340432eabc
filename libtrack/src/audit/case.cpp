#include "audit/case.hpp"

#include <algorithm>
#include <array>

namespace mltrack::audit {

namespace {

constexpr std::array<std::string_view, 4> held_out_slots = {"test", "val", "holdout", "dev"};
constexpr std::array<std::string_view, 5> prediction_slots = {"y_pred", "y_score", "y_prob", "y_proba",
                                                              "pred_decision"};

}  // namespace

Case::Case(Graph& of, const Evidence& with) : graph(of), evidence(with) {
  for (const auto& learnt : evidence.learnt)
    if (const auto fit = graph.find(learnt.fit)) graph.set_learnt(*fit, learnt.what);
  for (const auto& shared : evidence.shared) {
    const auto part = graph.find(shared.part);
    const auto inside = graph.find(shared.inside);
    if (!part || !inside || graph.has_rows(*part, *inside)) continue;
    graph.share_rows(*part, *inside);
    shared_.emplace(std::pair(*inside, *part), &shared);
  }
  for (Index i = 0; i < graph.size(); ++i)
    if (graph[i].kind == Kind::call && graph[i].finished && graph.outermost(i)) calls.push_back(i);
  gather_evaluations();
}

void Case::report(const std::string& kind, Index subject, Finding finding) {
  const auto [found, is_new] = findings.try_emplace({kind, subject}, finding);
  if (is_new) return;
  Finding& known = found->second;
  for (auto& node : known.nodes)
    if (std::ranges::find(finding.nodes, node) == finding.nodes.end()) finding.nodes.push_back(node);
  if (finding.grade > known.grade) {
    known = std::move(finding);
  } else {
    known.nodes = std::move(finding.nodes);
  }
}

void Case::gather_evaluations() {
  bool anything_measured = false;
  std::set<Index> measured;
  for (const Index call : calls) {
    anything_measured = anything_measured || graph[call].op == "score" || graph[call].op == "metric";
    if (graph[call].op == "metric") add_measured(call, measured);
  }
  for (const Index call : calls) {
    const std::string_view op = graph[call].op;
    if (op != "score" && !is_prediction(op)) continue;
    const auto model = graph.input(call, "model");
    const auto data = graph.features(call);
    const bool counts = !anything_measured || op == "score" || measured.contains(call);
    if (model && data) evaluations.push_back({call, *model, *data, counts});
  }
}

/// Adds the calls that predicted what a metric was computed of.
void Case::add_measured(Index metric, std::set<Index>& measured) const {
  std::vector<Index> seen;
  for (const Link& link : graph[metric].in)
    if (std::ranges::find(prediction_slots, link.slot) != prediction_slots.end()) seen.push_back(link.vertex);
  for (std::size_t next = 0; next < seen.size(); ++next) {
    const auto maker = graph.maker(seen[next]);
    if (maker && is_prediction(graph[maker->vertex].op)) {
      measured.insert(maker->vertex);
      continue;
    }
    for (const Graph::Step& step : graph.steps(seen[next]))
      if (std::ranges::find(seen, step.from) == seen.end()) seen.push_back(step.from);
  }
}

bool Case::held_out(Index split, std::string_view slot, Index whole) const {
  for (const std::string_view word : held_out_slots)
    if (slot.find(word) != std::string_view::npos && slot.find("train") == std::string_view::npos) return true;
  if (graph[split].op != "split") return false;
  const auto& outer = parts(whole);
  return std::ranges::any_of(outer, [](const Part& part) { return part.held_out; });
}

const std::vector<Part>& Case::parts(Index data) const {
  if (const auto known = parts_.find(data); known != parts_.end()) return known->second;
  auto found = find_parts(data);  // may find those of other data first
  return parts_.try_emplace(data, std::move(found)).first->second;
}

const std::vector<Shaping>& Case::shapings(Index data) const {
  if (const auto known = shapings_.find(data); known != shapings_.end()) return known->second;
  auto found = find_shapings(data);  // may find those of other data first
  return shapings_.try_emplace(data, std::move(found)).first->second;
}

std::vector<Part> Case::find_parts(Index data) const {
  std::vector<Part> found;
  std::vector<Index> seen = {data};
  for (std::size_t next = 0; next < seen.size(); ++next) {
    const auto maker = graph.maker(seen[next]);
    const bool is_part = maker && graph[maker->vertex].op == "split";
    for (const Graph::Step& step : graph.steps(seen[next])) {
      if (is_part && step.call)
        found.push_back({seen[next], *step.call, step.from, held_out(*step.call, maker->slot, step.from)});
      else if (std::ranges::find(seen, step.from) == seen.end())
        seen.push_back(step.from);
    }
  }
  return found;
}

std::vector<Shaping> Case::find_shapings(Index data) const {
  std::vector<Shaping> found;
  std::vector<Index> seen = {data};
  const auto add = [&](Index fit) {
    const auto on = graph.features(fit);
    const bool known = std::ranges::any_of(found, [fit](const Shaping& shaping) { return shaping.fit == fit; });
    if (on && !known) found.push_back({fit, *on});
  };
  for (std::size_t next = 0; next < seen.size(); ++next)
    for (const Graph::Step& step : graph.steps(seen[next])) {
      if (step.call && is_fit(graph[*step.call].op)) add(*step.call);
      const auto model = step.call ? graph.input(*step.call, "model") : std::nullopt;
      if (model)
        for (const Index fit : graph.fits_of(*model)) add(fit);
      if (std::ranges::find(seen, step.from) == seen.end()) seen.push_back(step.from);
    }
  return found;
}

bool Case::saw(Index fitted_on, const Part& part) {
  return graph.has_rows(fitted_on, part.data) || graph.covers(fitted_on, part.whole);
}

bool Case::used_target(Index fit) const {
  if (!graph[fit].learnt.empty()) return graph[fit].learnt == "target";
  return graph.input(fit, "y").has_value();
}

std::string Case::short_name(Index vertex) const {
  const std::string_view type = graph[vertex].type;
  const auto dot = type.rfind('.');
  return std::string(dot == std::string_view::npos ? type : type.substr(dot + 1));
}

const Evidence::SharedRows* Case::counted_rows(Index data, Index part) const {
  const auto found = shared_.find({data, part});
  return found == shared_.end() ? nullptr : found->second;
}

}  // namespace mltrack::audit
