#include "ask/difference_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "store/read_rows.hpp"

namespace mltrack::ask {

namespace {

std::map<std::int64_t, std::vector<Flowed>> by_slot(const Vertex& call) {
  std::map<std::int64_t, std::vector<Flowed>> slots;
  for (const Flowed& flowed : call.in) slots[flowed.slot].push_back(flowed);
  return slots;
}

/// The order in which slots of a call were filled, those of b that a has not behind.
std::vector<std::int64_t> slots_in_order(const Vertex& a, const Vertex& b) {
  std::vector<std::int64_t> slots;
  for (const Vertex* call : {&a, &b})
    for (const Flowed& flowed : call->in)
      if (std::ranges::find(slots, flowed.slot) == slots.end()) slots.push_back(flowed.slot);
  return slots;
}

std::string last_part(const std::string& type) {
  const std::string path = type.substr(0, type.find('<'));
  return path.substr(path.find_last_of(".:") + 1);
}

/// The places of data that was made by one of some calls, or derived from such data. Places are topological.
std::vector<bool> behind(const CallGraph& graph, const std::set<Place>& calls) {
  std::vector<bool> found(graph.size());
  for (Place place = 0; place < graph.size(); ++place) {
    if (const auto made = graph.maker(place))
      found[place] = calls.contains(made->end);
    else
      found[place] = std::ranges::any_of(graph[place].in, [&](const Flowed& flowed) { return found[flowed.end]; });
  }
  return found;
}

}  // namespace

DifferenceSearch::DifferenceSearch(sqlite::Connection& db, store::NodeReader& reader, const CallGraph& a,
                                   const CallGraph& b, std::vector<Pair> pairs)
    : db_(db), reader_(reader), a_(a), b_(b), pairs_(std::move(pairs)), first_(pairs_.size()) {
  for (const Pair& pair : pairs_) {
    if (pair.b == nowhere)
      unmatched_a_.insert(pair.a);
    else if (pair.a == nowhere)
      unmatched_b_.insert(pair.b);
    else
      partner_.emplace(pair.a, pair.b);
  }
  behind_unmatched_a_ = behind(a_, unmatched_a_);
  behind_unmatched_b_ = behind(b_, unmatched_b_);
  add_given_up();
}

void DifferenceSearch::add_given_up() {
  const auto in_a = std::ranges::count_if(pairs_, [](const Pair& pair) { return pair.given_up && pair.a != nowhere; });
  const auto in_b = std::ranges::count_if(pairs_, [](const Pair& pair) { return pair.given_up && pair.b != nowhere; });
  if (in_a + in_b > 0)
    notes_.push_back(
        fmt::format("{} calls of the first and {} of the second stand in orders too different to pair them "
                    "and were not compared",
                    in_a, in_b));
}

std::string DifferenceSearch::called(const CallGraph& graph, Place call) {
  const Vertex& vertex = graph[call];
  const std::string type = last_part(text_of(vertex.type));
  const bool is_class = !type.empty() && std::isupper(static_cast<unsigned char>(type.front())) != 0;
  if (type.empty()) return text_of(vertex.op);
  return is_class ? type + "." + text_of(vertex.op) : type;
}

void DifferenceSearch::go_through_calls() {
  std::vector<std::size_t> open;  // results differ, nothing flowed in that does
  for (at_ = 0; at_ < pairs_.size(); ++at_) {
    const Pair& pair = pairs_[at_];
    const std::size_t before = causes_.size();
    const std::size_t differing = differing_.size();
    if (pair.a == nowhere || pair.b == nowhere)
      add_unmatched(pair);
    else
      compare_pair(pair);
    const bool caused = causes_.size() > before;
    if (caused || differing_.size() > differing || pair.given_up) first_ = std::min(first_, at_);
    if (pair.a == nowhere || pair.b == nowhere) continue;
    if (caused)
      for (Place call = pair.a; call != nowhere; call = a_[call].parent) explained_.insert(call);
    else if (differing_.contains(pair.a) && !compared_[{pair.a, pair.b}])
      open.push_back(at_);
  }
  // Calls come before those inside of them; the innermost says most.
  for (auto at = open.rbegin(); at != open.rend(); ++at) {
    const Place call = pairs_[*at].a;
    if (explained_.contains(call)) continue;
    unexplained_.push_back(*at);
    for (Place above = call; above != nowhere; above = a_[above].parent) explained_.insert(above);
  }
  std::ranges::reverse(unexplained_);
}

void DifferenceSearch::compare_ends(Place a, Place b) {
  at_ = pairs_.size();
  nodes_differ(a, b);
}

void DifferenceSearch::compare_pair(const Pair& pair) {
  bool follows = compare_inputs(pair);
  follows = compare_specs(pair) || follows;
  follows = compare_status(pair, follows) || follows;
  // What is remembered of a pair of calls is whether something that flowed in differs.
  compared_[{pair.a, pair.b}] = follows;
  if (outputs_differ(pair) || metrics_differ(pair)) differing_.insert(pair.a);
  // A model without a digest is another one where what made it was.
  if (follows) differing_.insert(pair.a);
}

void DifferenceSearch::add_unmatched(const Pair& pair) {
  const bool in_a = pair.b == nowhere;
  const CallGraph& graph = in_a ? a_ : b_;
  const Place call = in_a ? pair.a : pair.b;
  if (pair.given_up || (in_a ? stopped_b_ : stopped_a_)) return;
  const std::string type = text_of(graph[call].type);
  const Place parent = graph[call].parent;
  const bool above_differs = parent != nowhere && !part_classes_.empty();
  if (above_differs && part_classes_.contains(type)) return;
  const std::string what = called(graph, call);
  add_step(in_a ? type : "", in_a ? "" : type,
           in_a ? fmt::format("The second has no call of {}.", what)
                : fmt::format("The second calls {}, the first does not.", what));
}

bool DifferenceSearch::compare_specs(const Pair& pair) {
  const Vertex& a = a_[pair.a];
  const Vertex& b = b_[pair.b];
  if (a.type != b.type) {
    const std::string type_a = text_of(a.type);
    const std::string type_b = text_of(b.type);
    if (!(part_classes_.contains(type_a) || part_classes_.contains(type_b)))
      add_step(type_a, type_b,
               fmt::format("The second calls {} where the first calls {}.", called(b_, pair.b), called(a_, pair.a)));
    return true;
  }
  if (a.spec == b.spec) return false;
  SpecCauses found = spec_causes(db_, a.spec, b.spec, text_of(a.op) == "split", called(a_, pair.a), said_above(pair.a));
  part_classes_.merge(found.classes);
  said_.emplace(pair.a, std::move(found.said));
  // Calls in a loop would say the same.
  for (Cause& cause : found.causes)
    if (sentences_.insert(cause.text).second) add(std::move(cause));
  return true;
}

/// Parameters of an estimator are those of the steps inside of it.
Said DifferenceSearch::said_above(Place call) const {
  Said all;
  for (Place above = a_[call].parent; above != nowhere; above = a_[above].parent)
    if (const auto said = said_.find(above); said != said_.end()) all.insert(said->second.begin(), said->second.end());
  return all;
}

bool DifferenceSearch::compare_status(const Pair& pair, bool follows) {
  const bool failed_a = a_[pair.a].failed;
  const bool failed_b = b_[pair.b].failed;
  const auto outcome = [&](const CallGraph& graph, Place call) {
    const Node node = reader_.read_one(graph[call].id);
    return node.error_type ? fmt::format("{}: {}", *node.error_type, node.error.value_or("")) : *node.status;
  };
  if (!failed_a && !failed_b) return false;
  const std::string end_a = outcome(a_, pair.a);
  const std::string end_b = outcome(b_, pair.b);
  if (end_a == end_b) return false;
  const std::string text = fmt::format("{} {}.", called(a_, pair.a), sides(end_a, end_b));
  // A call fails with what failed inside of it.
  const bool is_new = failures_.emplace(end_a, end_b).second;
  if (follows && is_new)
    notes_.push_back(text);
  else if (is_new)
    add({.kind = "failure", .name = "", .a = end_a, .b = end_b, .text = text});
  stopped_a_ = stopped_a_ || failed_a;
  stopped_b_ = stopped_b_ || failed_b;
  return true;
}

bool DifferenceSearch::compare_inputs(const Pair& pair) {
  auto slots_a = by_slot(a_[pair.a]);
  auto slots_b = by_slot(b_[pair.b]);
  bool differ = false;
  for (const std::int64_t slot : slots_in_order(a_[pair.a], b_[pair.b]))
    differ = compare_slot(slot, slots_a[slot], slots_b[slot]) || differ;
  return differ;
}

bool DifferenceSearch::compare_slot(std::int64_t slot, const std::vector<Flowed>& a, const std::vector<Flowed>& b) {
  bool differ = false;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) differ = nodes_differ(a[i].end, b[i].end) || differ;
  if (a.size() == b.size()) return differ;
  const std::string name = text_of(slot);
  // Steps of a composed estimator are its parameters, too.
  if (differ || name.starts_with("step:")) return true;
  const auto count = [](const std::vector<Flowed>& side) {
    return side.empty() ? std::nullopt : std::optional(std::to_string(side.size()));
  };
  const Pair& pair = pairs_[at_];
  add({.kind = "values",
       .name = name,
       .a = count(a),
       .b = count(b),
       .text = a.empty()   ? fmt::format("{} takes {} in the second only.", called(b_, pair.b), name)
               : b.empty() ? fmt::format("{} takes {} in the first only.", called(a_, pair.a), name)
                           : fmt::format("{} takes {} of {} in the first and {} in the second.", called(a_, pair.a),
                                         a.size(), name, b.size())});
  return true;
}

bool DifferenceSearch::outputs_differ(const Pair& pair) const {
  const auto& out_a = a_[pair.a].out;
  const auto& out_b = b_[pair.b].out;
  for (std::size_t i = 0; i < std::min(out_a.size(), out_b.size()); ++i) {
    const Vertex& result_a = a_[out_a[i].end];
    const Vertex& result_b = b_[out_b[i].end];
    if (result_a.content != 0 && result_b.content != 0 ? result_a.content != result_b.content
                                                       : fitted_differ(result_a, result_b))
      return true;
  }
  return false;
}

/// Steps of a composed estimator have no digest, but say what they learnt.
bool DifferenceSearch::fitted_differ(const Vertex& a, const Vertex& b) const {
  if (a.kind != Kind::model || b.kind != Kind::model) return false;
  const auto values_of = [&](const Vertex& model) {
    std::vector<std::string> values;
    store::each(
        db_,
        "SELECT n.text, f.shape, f.items FROM fitted AS f JOIN name AS n ON n.id = f.name WHERE f.model = ?1 ORDER BY "
        "1",
        [&](const sqlite::Statement& row) {
          for (const int column : {0, 1, 2}) values.emplace_back(row.text(column));
        },
        model.id);
    return values;
  };
  return values_of(a) != values_of(b);
}

bool DifferenceSearch::metrics_differ(const Pair& pair) const {
  const auto& metrics_a = a_[pair.a].metrics;
  const auto& metrics_b = b_[pair.b].metrics;
  for (std::size_t i = 0; i < std::min(metrics_a.size(), metrics_b.size()); ++i) {
    const auto& [name_a, value_a] = metrics_a[i];
    const auto& [name_b, value_b] = metrics_b[i];
    if (name_a == name_b && value_a != value_b && !(std::isnan(value_a) && std::isnan(value_b))) return true;
  }
  return false;
}

void DifferenceSearch::add(Cause cause) {
  if (at_ < pairs_.size()) {
    const Pair& pair = pairs_[at_];
    if (pair.a != nowhere) cause.call_a = reader_.refs({&a_[pair.a].id, 1}).front();
    if (pair.b != nowhere) cause.call_b = reader_.refs({&b_[pair.b].id, 1}).front();
  }
  causes_.push_back({at_, std::move(cause)});
}

void DifferenceSearch::add_step(const std::string& type_a, const std::string& type_b, std::string text) {
  if (!steps_.emplace(type_a, type_b).second) return;
  const auto side = [](const std::string& type) { return type.empty() ? std::nullopt : std::optional(type); };
  add({.kind = "step",
       .name = last_part(type_a.empty() ? type_b : type_a),
       .a = side(type_a),
       .b = side(type_b),
       .text = std::move(text)});
}

}  // namespace mltrack::ask
