#include "ask/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "ask/closure.hpp"
#include "ask/difference_search.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

/// One of the two nodes and what is behind it.
struct Side {
  Node node;
  std::int64_t id = 0;
  std::int64_t run = 0;
  Ids ids{};
};

constexpr std::size_t most_behind = 200'000;

Side side_of(const Snapshot& snapshot, store::NodeReader& reader, const Reference& reference,
             std::vector<std::string>& notes) {
  const Target target = resolve(snapshot, reference);
  Side side{.node = reader.read_one(target.node), .id = target.node};
  if (side.node.kind == Kind::project || side.node.kind == Kind::experiment)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} is of kind {}; expected a run, or a model, dataset, file or call",
                            value::quoted(reference.text), to_string(side.node.kind)));
  side.run = snapshot.db.integer("SELECT run FROM node WHERE id = ?1", target.node).value_or(0);
  side.ids = side.node.kind == Kind::run ? target.starts : closure(snapshot.db, {target.node}, Way::up);
  if (side.node.kind != Kind::run) side.ids.push_back(target.node);
  std::ranges::sort(side.ids);
  side.ids.erase(std::unique(side.ids.begin(), side.ids.end()), side.ids.end());
  if (side.ids.size() > most_behind) {
    const std::size_t left_out = side.ids.size() - most_behind;
    notes.push_back(
        fmt::format("{} of the nodes behind {} are too far away and were not compared", left_out, side.node.ref));
    side.ids.erase(side.ids.begin(), side.ids.begin() + static_cast<std::ptrdiff_t>(left_out));
  }
  return side;
}

std::optional<Place> place_of(const CallGraph& graph, std::int64_t id) {
  for (Place place = graph.size(); place-- > 0;)
    if (graph[place].id == id) return place;
  return std::nullopt;
}

/// Puts together what the graphs and the runs say.
class Assembly {
 public:
  Assembly(sqlite::Connection& db, store::NodeReader& reader, DifferenceSearch& search, RunCauses runs)
      : db_(db), reader_(reader), search_(search), runs_(std::move(runs)) {}

  void fill(Explanation& answer) {
    std::vector<FoundCause> found = search_.causes();
    for (const std::size_t at : search_.unexplained()) found.push_back({at, other_results(at)});
    std::ranges::stable_sort(found, {}, &FoundCause::at);
    for (FoundCause& one : found) add(std::move(one), answer);
    add_logged(answer);
    for (auto* causes : {&runs_.packages, &runs_.code, &runs_.environment}) append(*causes, answer);
  }

 private:
  Cause other_results(std::size_t at) {
    const Pair& pair = search_.pairs()[at];
    return {.kind = "values",
            .name = "",
            .call_a = reader_.refs({&search_.a()[pair.a].id, 1}).front(),
            .call_b = reader_.refs({&search_.b()[pair.b].id, 1}).front(),
            .text = fmt::format("{} gave other results from equal data and parameters.",
                                search_.called(search_.a(), pair.a))};
  }

  /// Values that differ without a reason in the graph have one outside of it, or none that was recorded.
  void add(FoundCause found, Explanation& answer) {
    if (found.cause.kind != "values" || found.cause.a || found.cause.b) {
      answer.causes.push_back(std::move(found.cause));
      return;
    }
    const bool inside_call = std::ranges::count(search_.unexplained(), found.at) > 0;
    std::vector<Cause> reasons = inside_call ? reasons_inside(found.at) : take({&runs_.code, &runs_.packages});
    if (reasons.empty()) reasons = take({&runs_.environment});
    if (reasons.empty() && blamed_) return;
    if (reasons.empty()) {
      found.cause.text += " Nothing that was recorded says why.";
      answer.causes.push_back(std::move(found.cause));
      return;
    }
    blamed_ = true;
    reasons.front().text = found.cause.text + " " + reasons.front().text;
    for (Cause& reason : reasons) {
      reason.call_a = found.cause.call_a;
      reason.call_b = found.cause.call_b;
    }
    append(reasons, answer);
  }

  std::vector<Cause> reasons_inside(std::size_t at) {
    std::vector<Cause> reasons = take({&runs_.packages});
    for (Cause& cause : seeds(at)) reasons.push_back(std::move(cause));
    if (reasons.empty()) reasons = take({&runs_.code});
    return reasons;
  }

  /// What a call was not told that would make it repeatable.
  std::vector<Cause> seeds(std::size_t at) {
    const Pair& pair = search_.pairs()[at];
    const std::string call = search_.called(search_.a(), pair.a);
    const Vertex& vertex = search_.a()[pair.a];
    std::vector<Cause> causes;
    for (const std::string& name : open_seeds(db_, vertex.spec, reader_.name(vertex.op) == "split"))
      causes.push_back({.kind = "seed",
                        .name = name,
                        .a = "None",
                        .b = "None",
                        .text = fmt::format("{}: {} is None, so that each run may draw other numbers.", call, name)});
    return causes;
  }

  /// What differs around the calls is said once: at the first call that shows it.
  static std::vector<Cause> take(std::initializer_list<std::vector<Cause>*> sources) {
    std::vector<Cause> causes;
    for (auto* some : sources) {
      for (Cause& cause : *some) causes.push_back(std::move(cause));
      some->clear();
    }
    return causes;
  }

  static void append(std::vector<Cause>& causes, Explanation& answer) {
    for (Cause& cause : causes) answer.causes.push_back(std::move(cause));
    causes.clear();
  }

  /// A logged parameter that says what a call's parameter says already is no second cause.
  void add_logged(Explanation& answer) {
    for (Cause& cause : runs_.params) {
      const auto same = [&](const Cause& other) { return other.a == cause.a && other.b == cause.b; };
      if (std::ranges::none_of(answer.causes, same)) answer.causes.push_back(std::move(cause));
    }
  }

  sqlite::Connection& db_;
  store::NodeReader& reader_;
  DifferenceSearch& search_;
  RunCauses runs_;
  bool blamed_ = false;
};

void add_end_of_run(const Side& a, const Side& b, Explanation& answer) {
  if (a.node.kind != Kind::run || a.node.status == b.node.status) return;
  if (std::ranges::any_of(answer.causes, [](const Cause& cause) { return cause.kind == "failure"; })) return;
  const std::string text = fmt::format("The run {}.", sides(a.node.status, b.node.status));
  if (answer.causes.empty())
    answer.causes.push_back({.kind = "failure", .name = "", .a = a.node.status, .b = b.node.status, .text = text});
  else
    answer.notes.push_back(text);
}

void add_first_calls(const DifferenceSearch& search, store::NodeReader& reader, Explanation& answer) {
  for (const Pair& pair : search.pairs()) answer.aligned += pair.a != nowhere && pair.b != nowhere ? 1 : 0;
  if (search.first() >= search.pairs().size()) return;
  const Pair& pair = search.pairs()[search.first()];
  if (pair.a != nowhere) answer.call_a = reader.read_one(search.a()[pair.a].id);
  if (pair.b != nowhere) answer.call_b = reader.read_one(search.b()[pair.b].id);
}

}  // namespace

Explanation explain_nodes(const Snapshot& snapshot, const Reference& a, const Reference& b) {
  sqlite::Connection& db = snapshot.db;
  store::NodeReader reader(db);
  Explanation answer;
  const Side side_a = side_of(snapshot, reader, a, answer.notes);
  const Side side_b = side_of(snapshot, reader, b, answer.notes);
  answer.a = side_a.node;
  answer.b = side_b.node;
  if (answer.a.kind != answer.b.kind)
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{} is of kind {} and {} of kind {}; only nodes of one kind can be explained",
                    value::quoted(a.text), to_string(answer.a.kind), value::quoted(b.text), to_string(answer.b.kind)));
  const CallGraph graph_a(db, side_a.ids);
  const CallGraph graph_b(db, side_b.ids);
  DifferenceSearch search(db, reader, graph_a, graph_b, align(graph_a, graph_b));
  search.go_through_calls();
  const auto end_a = place_of(graph_a, side_a.id);
  const auto end_b = place_of(graph_b, side_b.id);
  if (end_a && end_b && answer.a.kind != Kind::call && answer.a.kind != Kind::run) search.compare_ends(*end_a, *end_b);
  answer.notes.insert(answer.notes.end(), search.notes().begin(), search.notes().end());
  // What is different around equal content is no reason for anything.
  const bool equal = answer.a.kind != Kind::run && answer.a.digest && answer.a.digest == answer.b.digest;
  Assembly(db, reader, search, equal ? RunCauses() : run_causes(db, side_a.run, side_b.run)).fill(answer);
  add_end_of_run(side_a, side_b, answer);
  add_first_calls(search, reader, answer);
  return answer;
}

}  // namespace mltrack::ask
