#include "exchange/story.hpp"

#include <algorithm>
#include <charconv>

namespace mltrack::exchange {
namespace {

const Json nothing;
const Json::Array no_items;

NodeRef ref_of(const Uid& run, const Json& json) {
  std::string_view digits = json.number() ? json.number()->text : *json.text();
  NodeRef ref{run, 0};
  if (const std::size_t colon = digits.find(':'); colon != std::string_view::npos) {
    ref.run = Uid::parse(digits.substr(0, colon));
    digits.remove_prefix(colon + 1);
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), ref.seq);
  return ref;
}

}  // namespace

const Json& member(const Json::Object& object, std::string_view key) {
  const auto found = object.find(std::string(key));
  return found == object.end() ? nothing : found->second;
}

std::string text(const Json::Object& object, std::string_view key) {
  const auto* held = member(object, key).text();
  return held ? *held : "";
}

std::optional<std::int64_t> integer(const Json::Object& object, std::string_view key) {
  const auto* held = member(object, key).number();
  if (!held) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(held->text.data(), held->text.data() + held->text.size(), number);
  return number;
}

const Json::Array& items(const Json::Object& object, std::string_view key) {
  const auto* list = member(object, key).array();
  return list ? *list : no_items;
}

Story::Story(const Json& document) : contents_(*member(*document.object(), "contents").object()) {
  for (const Json& json : items(*document.object(), "runs")) {
    StoryRun& run = runs_.emplace_back(StoryRun{.uid = Uid::parse(text(*json.object(), "uid")), .row = json.object()});
    add_nodes(run);
  }
  for (StoryRun& run : runs_) add_edges(run);
}

const Json::Object* Story::content(const std::string& digest) const { return member(contents_, digest).object(); }

void Story::add_nodes(StoryRun& run) {
  const NodeRef itself{run.uid, 0};
  nodes_[itself] = {.ref = itself, .kind = "run", .name = text(*run.row, "name")};
  for (const Json& json : items(*run.row, "nodes")) {
    const Json::Object& row = *json.object();
    const NodeRef ref{run.uid, integer(row, "seq").value_or(0)};
    StoryNode& node = nodes_[ref];
    node = {ref, text(row, "kind"), text(row, "type"), text(row, "name"), text(row, "content"), nullptr};
    node.content = content(node.digest);
    if (node.kind != "call") run.nodes.push_back(&node);
  }
  for (const Json& json : items(*run.row, "calls")) {
    const Json::Object& row = *json.object();
    const std::int64_t seq = integer(row, "seq").value_or(0);
    run.calls[seq] = {.node = &nodes_[{run.uid, seq}], .row = &row, .parent = integer(row, "parent")};
  }
}

const StoryNode* Story::node(const StoryRun& run, const Json& ref) const {
  const auto found = nodes_.find(ref_of(run.uid, ref));
  return found == nodes_.end() ? nullptr : &found->second;
}

void Story::add_edges(StoryRun& run) {
  std::vector<StoryEdge>& edges = edges_.emplace_back();
  for (const Json& json : items(*run.row, "edges")) {
    const Json::Object& row = *json.object();
    const StoryEdge edge{node(run, member(row, "src")), node(run, member(row, "dst")), text(row, "slot"),
                         text(row, "via")};
    if (edge.src && edge.dst) edges.push_back(edge);
  }
  for (const StoryEdge& edge : edges) {
    const auto into = run.calls.find(edge.dst->ref.seq);
    const auto from = edge.src->ref.run == run.uid ? run.calls.find(edge.src->ref.seq) : run.calls.end();
    if (into != run.calls.end()) into->second.in.push_back(&edge);
    if (from != run.calls.end()) from->second.out.push_back(&edge);
    if (edge.dst->kind != "call" && edge.src->kind != "call") run.derivations.push_back(&edge);
  }
}

std::map<std::string, std::string> params_of(const Json::Array& list) {
  std::map<std::string, std::string> params;
  for (const Json& json : list) {
    const Json::Object& row = *json.object();
    const Json& held = member(row, "value");
    params[text(row, "name")] = held.text() ? *held.text() : to_text(held);
  }
  return params;
}

std::int64_t ended_us(const StoryCall& call) {
  return integer(*call.row, "started_us").value_or(0) + integer(*call.row, "took_us").value_or(0);
}

std::int64_t ended_us(const StoryRun& run) {
  if (const auto ended = integer(*run.row, "ended_us")) return *ended;
  std::int64_t last = integer(*run.row, "started_us").value_or(0);
  for (const auto& [seq, call] : run.calls) last = std::max(last, ended_us(call));
  return last;
}

}  // namespace mltrack::exchange
