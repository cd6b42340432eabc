#include <algorithm>
#include <set>

#include <mltrack/json.hpp>

#include "exchange/other_words.hpp"

namespace mltrack::exchange {
namespace {

using Object = Json::Object;

std::string id_of(const StoryNode& node) { return "node:" + node.ref.run.str() + "." + std::to_string(node.ref.seq); }
std::string agent_of(const StoryRun& run) { return "program:" + run.uid.str(); }

Json kind(const std::string& word) { return Object{{"$", word}, {"type", "prov:QUALIFIED_NAME"}}; }

class Account {
 public:
  explicit Account(const Story& story) : story_(story) {}

  void tell(const StoryRun& run) {
    const StoryNode itself{.ref = {run.uid, 0}};
    group("activity")[id_of(itself)] = run_activity(run);
    group("agent")[agent_of(run)] = program(run);
    relate("wasAssociatedWith", {{"prov:activity", id_of(itself)}, {"prov:agent", agent_of(run)}});
    for (const StoryNode* node : run.nodes) add_entity(*node);
    for (const auto& [seq, call] : run.calls) add_call(itself, run, call);
    for (const StoryEdge* edge : run.derivations) derive(*edge);
  }

  std::string told() {
    out_["prefix"] = Object{{"mltrack", "urn:mltrack:"},
                            {"node", "urn:mltrack:node:"},
                            {"program", "urn:mltrack:program:"},
                            {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
    return to_text(Json(std::move(out_))) + "\n";
  }

 private:
  Object& group(const char* name) {
    Json& held = out_[name];
    if (!held.object()) held = Object();
    return std::get<Object>(held.data);
  }

  void relate(const char* what, Object relation) {
    Object& relations = group(what);
    relations["_:" + std::string(what) + std::to_string(relations.size() + 1)] = std::move(relation);
  }

  static void add(Object& out, const char* key, const std::string& held) {
    if (!held.empty()) out[key] = held;
  }

  Json run_activity(const StoryRun& run) const {
    Object out{{"prov:type", kind("mltrack:run")},
               {"prov:startTime", iso_time(integer(*run.row, "started_us").value_or(0))}};
    if (const auto ended = integer(*run.row, "ended_us")) out["prov:endTime"] = iso_time(*ended);
    add(out, "prov:label", text(*run.row, "name"));
    add(out, "mltrack:project", text(*run.row, "project"));
    add(out, "mltrack:experiment", text(*run.row, "experiment"));
    add(out, "mltrack:status", text(*run.row, "status"));
    for (const auto& [name, value] : params_of(items(*run.row, "params"))) add_attribute(out, "params", name, value);
    return out;
  }

  /// Names may hold anything, so they are values and not names of attributes.
  static void add_attribute(Object& out, const std::string& group, const std::string& name, const std::string& value) {
    Json& held = out["mltrack:" + group];
    if (!held.array()) held = Json::Array();
    std::get<Json::Array>(held.data).emplace_back(name + "=" + value);
  }

  Json program(const StoryRun& run) const {
    Object out{{"prov:type", kind("prov:SoftwareAgent")}};
    const Object* code = story_.content(text(*run.row, "code"));
    if (const auto* about = code ? member(*code, "code").object() : nullptr)
      add(out, "prov:label", text(*about, "script"));
    const Object* environment = story_.content(text(*run.row, "env"));
    if (const auto* about = environment ? member(*environment, "environment").object() : nullptr)
      add(out, "mltrack:language", text(*about, "language"));
    add(out, "mltrack:code", text(*run.row, "code"));
    add(out, "mltrack:host", text(*run.row, "host"));
    return out;
  }

  void add_entity(const StoryNode& node) {
    Object out{{"prov:type", kind("mltrack:" + node.kind)}};
    add(out, "prov:label", node.name);
    add(out, "mltrack:type", node.type);
    add(out, "mltrack:digest", node.digest);
    if (const auto* shape = node.content ? member(*node.content, "dataset").object() : nullptr) {
      out["mltrack:rows"] = integer(*shape, "rows").value_or(0);
      out["mltrack:columns"] = integer(*shape, "columns").value_or(0);
    }
    if (node.content)
      for (const Json& json : items(*node.content, "locations")) {
        Json& held = out["prov:location"];
        if (!held.array()) held = Json::Array();
        std::get<Json::Array>(held.data).emplace_back(text(*json.object(), "uri"));
      }
    group("entity")[id_of(node)] = std::move(out);
  }

  /// Of another run no more than its node is told.
  void mention(const StoryNode& node) {
    if (!group("entity").contains(id_of(node)) && node.kind != "run") add_entity(node);
  }

  void add_call(const StoryNode& run_node, const StoryRun& run, const StoryCall& call) {
    Object out{{"prov:type", kind("mltrack:call")},
               {"prov:startTime", iso_time(integer(*call.row, "started_us").value_or(0))}};
    if (integer(*call.row, "took_us")) out["prov:endTime"] = iso_time(ended_us(call));
    add(out, "prov:label", call.node->name);
    add(out, "mltrack:op", text(*call.row, "op"));
    add(out, "mltrack:type", call.node->type);
    add(out, "mltrack:status", text(*call.row, "status"));
    add(out, "mltrack:error", text(*call.row, "error_type"));
    if (const Object* spec = story_.content(text(*call.row, "spec")))
      for (const auto& [name, value] : params_of(items(*spec, "params"))) add_attribute(out, "params", name, value);
    group("activity")[id_of(*call.node)] = std::move(out);
    const auto above = call.parent ? run.calls.find(*call.parent) : run.calls.end();
    relate("wasInformedBy", {{"prov:informed", id_of(*call.node)},
                             {"prov:informant", id_of(above == run.calls.end() ? run_node : *above->second.node)}});
    for (const StoryEdge* edge : call.in) {
      if (edge->src->kind == "run" || edge->src->kind == "call") continue;
      mention(*edge->src);
      relate("used", with_role({{"prov:activity", id_of(*call.node)}, {"prov:entity", id_of(*edge->src)}}, *edge));
    }
    for (const StoryEdge* edge : call.out)
      relate("wasGeneratedBy",
             with_role({{"prov:entity", id_of(*edge->dst)}, {"prov:activity", id_of(*call.node)}}, *edge));
  }

  static Object with_role(Object relation, const StoryEdge& edge) {
    add(relation, "prov:role", edge.slot);
    add(relation, "mltrack:via", edge.via);
    return relation;
  }

  void derive(const StoryEdge& edge) {
    if (edge.src->kind == "run") return;
    mention(*edge.src);
    Object relation{{"prov:generatedEntity", id_of(*edge.dst)}, {"prov:usedEntity", id_of(*edge.src)}};
    add(relation, "mltrack:slot", edge.slot);
    add(relation, "mltrack:via", edge.via);
    relate("wasDerivedFrom", std::move(relation));
  }

  const Story& story_;
  Object out_;
};

}  // namespace

std::string to_prov(const Story& story, const std::vector<Uid>& runs) {
  Account account(story);
  for (const StoryRun& run : story.runs())
    if (std::ranges::find(runs, run.uid) != runs.end()) account.tell(run);
  return account.told();
}

}  // namespace mltrack::exchange
