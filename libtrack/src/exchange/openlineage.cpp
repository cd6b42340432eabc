#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <mltrack/json.hpp>
#include <mltrack/version.hpp>

#include "exchange/other_words.hpp"

namespace mltrack::exchange {
namespace {

using Object = Json::Object;

const std::string spec = "https://openlineage.io/spec/";
const std::string ours = "urn:mltrack:schema:mltrack.openlineage-1#/$defs/";

std::string producer() { return "urn:mltrack:" + std::string(version()); }

Json facet(const std::string& schema, Object members) {
  members["_producer"] = producer();
  members["_schemaURL"] = schema;
  return members;
}

Json standard(const std::string& version, const std::string& name, Object members) {
  return facet(spec + "facets/" + version + "/" + name + ".json#/$defs/" + name, std::move(members));
}

/// Members that say something.
Object filled(std::initializer_list<std::pair<const char*, std::string>> texts) {
  Object out;
  for (const auto& [key, held] : texts)
    if (!held.empty()) out[key] = held;
  return out;
}

// ---- datasets

/// The place a file was read from or written to, where it is known.
std::string location(const StoryNode& node) {
  if (node.kind != "artifact" || !node.content) return "";
  std::string first;
  for (const Json& json : items(*node.content, "locations")) {
    const std::string uri = text(*json.object(), "uri");
    if (first.empty()) first = uri;
    if (!node.name.empty() && uri.ends_with(node.name)) return uri;
  }
  return first;
}

std::pair<std::string, std::string> dataset_name(const StoryNode& node) {
  const std::string uri = location(node);
  if (uri.empty()) return {"mltrack", node.id()};
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string::npos) return {"file", uri};
  const std::size_t path = std::min(uri.find('/', scheme + 3), uri.size());
  return {uri.substr(0, path), uri.substr(std::min(path + 1, uri.size()))};
}

Json schema_facet(const Json::Array& columns) {
  Json::Array fields;
  for (const Json& json : columns) {
    const Object& column = *json.object();
    const std::int64_t pos = integer(column, "pos").value_or(0);
    const std::string name = text(column, "name");
    fields.push_back(Object{{"name", name.empty() ? std::to_string(pos) : name},
                            {"type", text(column, "type")},
                            {"ordinal_position", pos + 1}});
  }
  return standard("1-2-0", "SchemaDatasetFacet", {{"fields", std::move(fields)}});
}

Json dataset_facets(const StoryNode& node) {
  Object node_facet = filled(
      {{"ref", node.id()}, {"kind", node.kind}, {"type", node.type}, {"name", node.name}, {"digest", node.digest}});
  Object facets;
  if (node.content) {
    if (const auto* shape = member(*node.content, "dataset").object())
      node_facet["valuesDigest"] = text(*shape, "values_digest");
    if (const auto& columns = items(*node.content, "columns"); !columns.empty())
      facets["schema"] = schema_facet(columns);
    facets["version"] = standard("1-0-1", "DatasetVersionDatasetFacet", {{"datasetVersion", node.digest}});
  }
  facets["mltrack_node"] = facet(ours + "NodeDatasetFacet", std::move(node_facet));
  const char* type = node.kind == "artifact" ? "FILE" : node.kind == "model" ? "MODEL" : "TABLE";
  facets["datasetType"] = standard("1-0-1", "DatasetTypeDatasetFacet", {{"datasetType", type}});
  return facets;
}

Object statistics(const StoryNode& node) {
  Object out;
  if (!node.content) return out;
  if (const auto size = integer(*node.content, "bytes")) out["size"] = *size;
  if (const auto* shape = member(*node.content, "dataset").object())
    out["rowCount"] = integer(*shape, "rows").value_or(0);
  return out;
}

enum class Side { in, out };

Json dataset(const StoryNode& node, Side side) {
  const auto [space, name] = dataset_name(node);
  Object out{{"namespace", space}, {"name", name}, {"facets", dataset_facets(node)}};
  if (Object found = statistics(node); !found.empty()) {
    if (side == Side::in)
      out["inputFacets"] =
          Object{{"inputStatistics", standard("1-0-0", "InputStatisticsInputDatasetFacet", std::move(found))}};
    else
      out["outputFacets"] =
          Object{{"outputStatistics", standard("1-0-2", "OutputStatisticsOutputDatasetFacet", std::move(found))}};
  }
  return out;
}

using Nodes = std::vector<const StoryNode*>;

/// Each once, runs left out: they are no data.
Json::Array datasets(const Nodes& nodes, Side side) {
  Json::Array out;
  std::set<NodeRef> seen;
  for (const StoryNode* node : nodes)
    if (node->kind != "run" && node->kind != "call" && seen.insert(node->ref).second)
      out.push_back(dataset(*node, side));
  return out;
}

Nodes sources(const std::vector<const StoryEdge*>& edges) {
  Nodes nodes;
  for (const StoryEdge* edge : edges) nodes.push_back(edge->src);
  return nodes;
}

Nodes results(const std::vector<const StoryEdge*>& edges) {
  Nodes nodes;
  for (const StoryEdge* edge : edges) nodes.push_back(edge->dst);
  return nodes;
}

// ---- jobs and runs

Json parameters(const std::map<std::string, std::string>& params) {
  Json::Array list;
  for (const auto& [name, value] : params) list.push_back(Object{{"key", name}, {"name", name}, {"value", value}});
  return standard("1-0-0", "ExecutionParametersRunFacet", {{"parameters", std::move(list)}});
}

/// The events of one run.
class Events {
 public:
  Events(const Story& story, const StoryRun& run) : story_(story), run_(run) {
    for (const Json& json : items(*run.row, "metrics")) {
      const Object& row = *json.object();
      const Object metric{{"name", text(row, "name")}, {"value", member(row, "value")}};
      metrics_.push_back(metric);
      if (const auto call = integer(row, "call")) metrics_of_[*call].push_back(metric);
    }
    for (const StoryEdge* edge : run.derivations) derived_from_[edge->dst].push_back(edge->src);
  }

  std::string told() {
    find_inner();
    const std::string status = text(*run_.row, "status");
    const auto [in, out] = ends();
    add("START", start(), run_.uid, job({}), run_facets(), datasets(in, Side::in), {});
    last_us_ = start();
    auto node = run_.nodes.begin();
    const auto derive_before = [&](std::int64_t seq) {
      for (; node != run_.nodes.end() && (*node)->ref.seq < seq; ++node) derive(**node);
    };
    for (const auto& [seq, call] : run_.calls) {
      if (call.parent) continue;
      derive_before(seq);
      tell(seq, call);
      last_us_ = std::max(last_us_, ended_us(call));
    }
    derive_before(std::numeric_limits<std::int64_t>::max());
    if (status != "running")
      add(end_word(status), ended_us(run_), run_.uid, job({}), run_facets(), datasets(in, Side::in),
          datasets(out, Side::out));
    return std::move(text_);
  }

 private:
  static const char* end_word(const std::string& status) {
    if (status == "finished") return "COMPLETE";
    return status == "failed" ? "FAIL" : "ABORT";
  }

  std::int64_t start() const { return integer(*run_.row, "started_us").value_or(0); }

  void add(const std::string& type, std::int64_t at_us, const Uid& run, Json job, Json facets, Json::Array in,
           Json::Array out) {
    const Json event = Object{{"eventType", type},
                              {"eventTime", iso_time(at_us)},
                              {"producer", producer()},
                              {"schemaURL", spec + "2-0-2/OpenLineage.json#/$defs/RunEvent"},
                              {"run", Object{{"runId", run.str()}, {"facets", std::move(facets)}}},
                              {"job", std::move(job)},
                              {"inputs", std::move(in)},
                              {"outputs", std::move(out)}};
    text_ += to_text(event) + "\n";
  }

  std::string job_name(const std::string& operation) const {
    return text(*run_.row, "experiment") + (operation.empty() ? "" : "." + operation);
  }

  Json job(const std::string& operation) const {
    Object facets;
    facets["jobType"] = standard(
        "2-0-4", "JobTypeJobFacet",
        {{"processingType", "BATCH"}, {"integration", "MLTRACK"}, {"jobType", operation.empty() ? "RUN" : "CALL"}});
    const auto* launch = member(*run_.row, "launch").object();
    const std::string remote = launch ? text(*launch, "remote") : "";
    if (operation.empty() && remote.find("://") != std::string::npos) {
      const Object* code = story_.content(text(*run_.row, "code"));
      const auto* program = code ? member(*code, "code").object() : nullptr;
      facets["sourceCodeLocation"] = standard("1-1-0", "SourceCodeLocationJobFacet",
                                              filled({{"type", "git"},
                                                      {"url", remote},
                                                      {"repoUrl", remote},
                                                      {"path", program ? text(*program, "script") : ""},
                                                      {"version", text(*launch, "vcs")},
                                                      {"branch", text(*launch, "branch")}}));
    }
    return Object{
        {"namespace", text(*run_.row, "project")}, {"name", job_name(operation)}, {"facets", std::move(facets)}};
  }

  std::string language() const {
    const Object* environment = story_.content(text(*run_.row, "env"));
    const auto* facts = environment ? member(*environment, "environment").object() : nullptr;
    const std::string found = facts ? text(*facts, "language") : "";
    return found.empty() ? "unknown" : found;
  }

  Object base_facets() const {
    return {{"processing_engine", standard("1-1-1", "ProcessingEngineRunFacet",
                                           {{"name", "mltrack"}, {"version", std::string(version())}})}};
  }

  Json run_facets() const {
    Object facets = base_facets();
    if (const auto params = params_of(items(*run_.row, "params")); !params.empty())
      facets["executionParameters"] = parameters(params);
    Json::Array tags;
    for (const Json& json : items(*run_.row, "tags")) {
      const Object& tag = *json.object();
      if (integer(tag, "node") == 0)
        tags.push_back(Object{{"key", text(tag, "key")}, {"value", text(tag, "value")}, {"source", "USER"}});
    }
    if (!tags.empty()) facets["tags"] = standard("1-0-0", "TagsRunFacet", {{"tags", std::move(tags)}});
    Json::Array variables;
    for (const Json& json : items(*run_.row, "variables")) variables.push_back(json);
    if (!variables.empty())
      facets["environmentVariables"] =
          standard("1-0-0", "EnvironmentVariablesRunFacet", {{"environmentVariables", std::move(variables)}});
    Object about = filled({{"name", text(*run_.row, "name")},
                           {"status", text(*run_.row, "status")},
                           {"host", text(*run_.row, "host")},
                           {"codeDigest", text(*run_.row, "code")},
                           {"environmentDigest", text(*run_.row, "env")},
                           {"language", language()}});
    about["metrics"] = metrics_;
    facets["mltrack_run"] = facet(ours + "RunRunFacet", std::move(about));
    return facets;
  }

  Object part_facets() const {
    Object facets = base_facets();
    facets["parent"] = standard("1-2-0", "ParentRunFacet",
                                {{"run", Object{{"runId", run_.uid.str()}}},
                                 {"job", Object{{"namespace", text(*run_.row, "project")}, {"name", job_name("")}}}});
    return facets;
  }

  Json call_facets(std::int64_t seq, const StoryCall& call) const {
    Object facets = part_facets();
    const Object* spec_content = story_.content(text(*call.row, "spec"));
    if (spec_content)
      if (const auto params = params_of(items(*spec_content, "params")); !params.empty())
        facets["executionParameters"] = parameters(params);
    if (const std::string error = text(*call.row, "error_type"); !error.empty())
      facets["errorMessage"] =
          standard("1-0-1", "ErrorMessageRunFacet",
                   {{"message", error + ": " + text(*call.row, "error")}, {"programmingLanguage", language()}});
    Object about = filled({{"ref", call.node->id()},
                           {"op", text(*call.row, "op")},
                           {"type", call.node->type},
                           {"status", text(*call.row, "status")},
                           {"specDigest", text(*call.row, "spec")},
                           {"source", text(*call.row, "source")}});
    for (const char* key : {"took_us", "overhead_us"})
      if (const auto spent = integer(*call.row, key)) about[key] = *spent;
    const auto measured = metrics_of_.find(seq);
    about["metrics"] = measured == metrics_of_.end() ? Json::Array() : measured->second;
    facets["mltrack_call"] = facet(ours + "CallRunFacet", std::move(about));
    return facets;
  }

  void tell(std::int64_t seq, const StoryCall& call) {
    const std::string type = call.node->type.substr(call.node->type.find_last_of(".:") + 1);
    const std::string operation = text(*call.row, "op") + (type.empty() ? "" : "." + type);
    const std::string status = text(*call.row, "status");
    const Uid uid = Uid::of_path(call.node->id());
    const Json about = job(operation);
    const Json facets = call_facets(seq, call);
    const Json::Array in = datasets(sources(call.in), Side::in);
    add("START", integer(*call.row, "started_us").value_or(0), uid, about, facets, in, {});
    if (status != "running")
      add(end_word(status), ended_us(call), uid, about, facets, in, datasets(results(call.out), Side::out));
  }

  /// What was made of other data outside of calls: a job of its own, so that the way leads on.
  void derive(const StoryNode& node) {
    const auto found = derived_from_.find(&node);
    if (found == derived_from_.end() || inner_.contains(node.ref)) return;
    Nodes from = found->second;
    std::erase_if(from, [&](const StoryNode* source) { return inner_.contains(source->ref); });
    if (from.empty()) return;
    const Uid uid = Uid::of_path(node.id());
    const Json::Array in = datasets(from, Side::in);
    add("START", last_us_, uid, job("derive"), part_facets(), in, {});
    add("COMPLETE", last_us_, uid, job("derive"), part_facets(), in, datasets({&node}, Side::out));
  }

  /// Nodes that only calls inside of other calls touch are not told.
  void find_inner() {
    std::set<NodeRef> outer;
    for (const auto& [seq, call] : run_.calls)
      for (const auto* edges : {&call.in, &call.out})
        for (const StoryEdge* edge : *edges)
          (call.parent ? inner_ : outer).insert(edges == &call.in ? edge->src->ref : edge->dst->ref);
    for (const NodeRef& ref : outer) inner_.erase(ref);
  }

  /// What the run as a whole took and left behind: what none of its nodes is the source of, and what none comes from.
  std::pair<Nodes, Nodes> ends() const {
    std::set<NodeRef> made;
    std::set<NodeRef> used;
    Nodes in;
    const auto take = [&](const StoryEdge* edge) {
      made.insert(edge->dst->ref);
      used.insert(edge->src->ref);
      if (edge->src->ref.run != run_.uid) in.push_back(edge->src);
    };
    for (const StoryEdge* edge : run_.derivations) take(edge);
    for (const auto& [seq, call] : run_.calls) {
      for (const StoryEdge* edge : call.in) take(edge);
      for (const StoryEdge* edge : call.out) take(edge);
    }
    Nodes out;
    for (const StoryNode* node : run_.nodes) {
      if (inner_.contains(node->ref)) continue;
      if (!made.contains(node->ref)) in.push_back(node);
      if (made.contains(node->ref) && !used.contains(node->ref)) out.push_back(node);
    }
    return {in, out};
  }

  const Story& story_;
  const StoryRun& run_;
  Json::Array metrics_;
  std::map<std::int64_t, Json::Array> metrics_of_;  // by call
  std::map<const StoryNode*, Nodes> derived_from_;
  std::set<NodeRef> inner_;
  std::int64_t last_us_ = 0;  // when the last call that was told ended: a derivation has no time of its own
  std::string text_;
};

}  // namespace

std::string to_openlineage(const Story& story, const std::vector<Uid>& runs) {
  std::string out;
  for (const StoryRun& run : story.runs())
    if (std::ranges::find(runs, run.uid) != runs.end()) out += Events(story, run).told();
  return out;
}

}  // namespace mltrack::exchange
