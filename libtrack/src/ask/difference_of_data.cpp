#include <fmt/format.h>

#include <algorithm>

#include "ask/difference_search.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

namespace {

constexpr std::string_view frame_way = "frame:";

std::vector<std::string> operations(const std::string& way) {
  std::vector<std::string> names;
  if (!way.starts_with(frame_way)) return names;
  for (std::size_t from = frame_way.size(); from <= way.size();) {
    const std::size_t to = std::min(way.find(',', from), way.size());
    names.push_back(way.substr(from, to - from));
    from = to + 1;
  }
  return names;
}

/// What the longer of two lists of operations has more, in order; nothing where neither only adds to the other.
std::vector<std::string> only_in(const std::vector<std::string>& more, const std::vector<std::string>& fewer) {
  std::vector<std::string> rest;
  std::size_t next = 0;
  for (const std::string& name : more) {
    if (next < fewer.size() && fewer[next] == name)
      ++next;
    else
      rest.push_back(name);
  }
  return next == fewer.size() ? rest : std::vector<std::string>();
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::optional<std::string> maybe(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

bool share_location(sqlite::Connection& db, std::int64_t content_a, std::int64_t content_b) {
  return db
      .integer(
          "SELECT 1 FROM location AS a JOIN location AS b ON b.uri = a.uri WHERE a.content = ?1 AND b.content = ?2",
          content_a, content_b)
      .has_value();
}

}  // namespace

/// Sources before what was derived from them, by a work list: derivations may be long.
bool DifferenceSearch::nodes_differ(Place a, Place b) {
  std::vector<std::pair<Place, Place>> todo = {{a, b}};
  while (!todo.empty()) {
    const auto pair = todo.back();
    const std::size_t before = todo.size();
    if (!compared_.contains(pair))
      for (const auto& source : sources_to_compare(pair.first, pair.second))
        if (!compared_.contains(source)) todo.push_back(source);
    if (todo.size() > before) continue;
    todo.pop_back();
    if (!compared_.contains(pair)) compared_.emplace(pair, find_difference(pair.first, pair.second));
  }
  return compared_.at({a, b});
}

/// Whether two nodes are compared without a look at what they were derived from.
bool DifferenceSearch::decided_here(Place a, Place b) const {
  const Vertex& node_a = a_[a];
  const Vertex& node_b = b_[b];
  if (node_a.id == node_b.id || (node_a.content != 0 && node_a.content == node_b.content)) return true;
  return a_.maker(a) || b_.maker(b) || behind_unmatched_a_[a] || behind_unmatched_b_[b];
}

/// The last one first.
std::vector<std::pair<Place, Place>> DifferenceSearch::sources_to_compare(Place a, Place b) const {
  std::vector<std::pair<Place, Place>> sources;
  if (decided_here(a, b)) return sources;
  for (std::size_t i = std::min(a_[a].in.size(), b_[b].in.size()); i-- > 0;)
    sources.emplace_back(a_[a].in[i].end, b_[b].in[i].end);
  return sources;
}

bool DifferenceSearch::find_difference(Place a, Place b) {
  const Vertex& node_a = a_[a];
  const Vertex& node_b = b_[b];
  if (node_a.id == node_b.id) return false;
  if (node_a.content != 0 && node_a.content == node_b.content) return false;
  const auto made_a = a_.maker(a);
  const auto made_b = b_.maker(b);
  if (made_a && made_b) return made_differ(*made_a, *made_b);
  if (behind_unmatched_a_[a] || behind_unmatched_b_[b]) return true;
  if (made_a || made_b) {
    const std::string what = data_name(a);
    add({.kind = "code",
         .name = "",
         .a = made_a ? maybe(called(a_, made_a->end)) : std::nullopt,
         .b = made_b ? maybe(called(b_, made_b->end)) : std::nullopt,
         .text = fmt::format("{} came out of {} in the {}, and from outside of recorded calls in the other.", what,
                             made_a ? called(a_, made_a->end) : called(b_, made_b->end), made_a ? "first" : "second")});
    return true;
  }
  return derived_differ(a, b);
}

bool DifferenceSearch::made_differ(const Flowed& a, const Flowed& b) {
  const auto partner = partner_.find(a.end);
  if (partner != partner_.end() && partner->second == b.end && a.slot == b.slot) return differing_.contains(a.end);
  if (unmatched_a_.contains(a.end) || unmatched_b_.contains(b.end)) return true;
  // Both were paired, but with others: it is taken from somewhere else.
  const auto from = [&](const CallGraph& graph, const Flowed& made) {
    return fmt::format("{} of {}", text_of(made.slot), called(graph, made.end));
  };
  const std::string from_a = from(a_, a);
  const std::string from_b = from(b_, b);
  if (from_a == from_b) return true;
  add({.kind = "code",
       .name = "",
       .a = from_a,
       .b = from_b,
       .text = fmt::format("What flows in is the {} in the first and the {} in the second.", from_a, from_b)});
  return true;
}

bool DifferenceSearch::derived_differ(Place a, Place b) {
  const auto& in_a = a_[a].in;
  const auto& in_b = b_[b].in;
  bool sources_differ = false;
  for (std::size_t i = 0; i < std::min(in_a.size(), in_b.size()); ++i)
    sources_differ = nodes_differ(in_a[i].end, in_b[i].end) || sources_differ;
  if (!in_a.empty() && in_a.size() == in_b.size() && ways_differ(in_a.front(), in_b.front())) return true;
  if (sources_differ) return true;
  if (a_[a].kind == Kind::artifact && b_[b].kind == Kind::artifact) {
    add_file(a, b);
  } else if (a_[a].content != 0 && b_[b].content != 0) {
    add_shape(a, b);
  } else {
    return false;
  }
  return true;
}

bool DifferenceSearch::ways_differ(const Flowed& a, const Flowed& b) {
  if (!a.via || !b.via || a.via == b.via) return false;
  const auto names_a = operations(text_of(*a.via));
  const auto names_b = operations(text_of(*b.via));
  if (names_a.empty() || names_b.empty()) return false;
  const auto more = only_in(names_b, names_a);
  const auto fewer = only_in(names_a, names_b);
  const std::string all_a = joined(names_a);
  const std::string all_b = joined(names_b);
  // Features and target often go the same way.
  const auto said = more.empty() && fewer.empty() ? std::pair(all_a, all_b) : std::pair(joined(fewer), joined(more));
  if (!ways_.insert(said).second) return true;
  std::string text =
      !more.empty() ? fmt::format("On the way to it the second also goes through {}.", joined(more))
      : !fewer.empty()
          ? fmt::format("On the way to it only the first goes through {}.", joined(fewer))
          : fmt::format("On the way to it the first goes through {}, the second through {}.", all_a, all_b);
  add({.kind = "step",
       .name = joined(!more.empty() ? more : fewer),
       .a = more.empty() ? maybe(fewer.empty() ? all_a : joined(fewer)) : std::nullopt,
       .b = fewer.empty() ? maybe(more.empty() ? all_b : joined(more)) : std::nullopt,
       .text = "pandas: " + text});
  return true;
}

std::string DifferenceSearch::data_name(Place a) {
  if (a_[a].name != 0) return text_of(a_[a].name);
  if (at_ >= pairs_.size()) return "The data";
  for (const Flowed& flowed : a_[pairs_[at_].a].in)
    if (flowed.end == a) return fmt::format("{} of {}", text_of(flowed.slot), called(a_, pairs_[at_].a));
  return fmt::format("What {} takes", called(a_, pairs_[at_].a));
}

void DifferenceSearch::add_shape(Place a, Place b) {
  const TableDifference difference = table_difference(db_, a_[a].content, b_[b].content);
  const std::string what = data_name(a);
  auto causes = shape_causes(difference, what);
  if (causes.empty()) causes.push_back(values_cause(difference, what));
  for (Cause& cause : causes) add(std::move(cause));
}

void DifferenceSearch::add_file(Place a, Place b) {
  const std::string name_a = text_of(a_[a].name);
  const std::string name_b = text_of(b_[b].name);
  const bool same_place = share_location(db_, a_[a].content, b_[b].content) || name_a == name_b;
  std::vector<Cause> details;
  std::optional<Cause> values;
  if (at_ < pairs_.size() && !a_[pairs_[at_].a].out.empty() && !b_[pairs_[at_].b].out.empty()) {
    const Vertex& out_a = a_[a_[pairs_[at_].a].out.front().end];
    const Vertex& out_b = b_[b_[pairs_[at_].b].out.front().end];
    if (out_a.content != out_b.content && out_a.kind == Kind::dataset && out_b.kind == Kind::dataset) {
      const TableDifference difference = table_difference(db_, out_a.content, out_b.content);
      details = shape_causes(difference, name_a);
      if (details.empty()) values = values_cause(difference, name_a);
    }
  }
  if (same_place && values && values->kind == "columns") details.push_back(std::move(*values));
  if (same_place && !details.empty()) {
    for (Cause& cause : details) add(std::move(cause));
    return;
  }
  std::string text = same_place ? fmt::format("The file {} has other content.", name_a)
                                : fmt::format("The first reads the file {}, the second {}.", name_a, name_b);
  for (const Cause& cause : details) text += " " + cause.text;
  if (details.empty() && values) text += " " + values->text;
  add({.kind = "file",
       .name = name_a,
       .a = same_place ? reader_.read_one(a_[a].id).digest : std::optional(name_a),
       .b = same_place ? reader_.read_one(b_[b].id).digest : std::optional(name_b),
       .text = std::move(text)});
}

}  // namespace mltrack::ask
