// Asks a store one question, in the words of the command line, and prints the answer as JSON: ask STORE QUESTION
// [ARGUMENT...] [name=value...]. The test of the three languages compares it with the others.
#include <cstdio>
#include <functional>
#include <map>
#include <mltrack/mltrack.hpp>
#include <string>
#include <vector>

namespace {

using namespace mltrack;

struct Words {
  std::vector<Ref> refs;
  std::map<std::string, std::string> options;

  std::string option(const std::string& name) const {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
  }
  bool has(const std::string& name) const { return options.contains(name); }
  std::optional<std::size_t> limit() const {
    return options.contains("limit") ? std::optional<std::size_t>(std::stoul(option("limit"))) : std::nullopt;
  }
  Models models() const { return {refs, option("where")}; }
  Select select() const { return {.where = option("where"), .order_by = option("order_by"), .limit = limit()}; }
  std::optional<Kind> kind() const {
    return options.contains("kind") ? std::optional(parse_kind(option("kind"))) : std::nullopt;
  }
};

Words read(int argc, char** argv) {
  Words words;
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    const bool named = equals != std::string::npos && word.find_first_of(" .:") > equals;
    if (named)
      words.options[word.substr(0, equals)] = word.substr(equals + 1);
    else
      words.refs.emplace_back(word);
  }
  return words;
}

std::string array(const std::vector<Node>& nodes) {
  std::string out;
  for (const Node& node : nodes) out += (out.empty() ? "" : ",") + to_json(node);
  return "[" + out + "]";
}

using Question = std::function<std::string(const Query&, const Words&)>;

const std::map<std::string, Question> questions = {
    {"runs", [](const Query& q, const Words& w) { return array(q.runs(w.select())); }},
    {"experiments", [](const Query& q, const Words& w) { return array(q.experiments(w.select())); }},
    {"projects", [](const Query& q, const Words& w) { return array(q.projects(w.select())); }},
    {"models", [](const Query& q, const Words& w) { return array(q.models(w.select())); }},
    {"show", [](const Query& q, const Words& w) { return to_json(q.details(w.refs.at(0))); }},
    {"ancestors", [](const Query& q, const Words& w) { return to_json(q.ancestors(w.refs.at(0), {}, w.kind())); }},
    {"descendants", [](const Query& q, const Words& w) { return to_json(q.descendants(w.refs.at(0), {}, w.kind())); }},
    {"common-ancestor",
     [](const Query& q, const Words& w) { return array(q.common_ancestor(w.refs.at(0), w.refs.at(1))); }},
    {"lineage", [](const Query& q, const Words& w) { return to_json(q.lineage(w.refs.at(0), {}, w.kind())); }},
    {"training-rows", [](const Query& q, const Words& w) { return to_json(q.training_rows(w.models())); }},
    {"convergence", [](const Query& q, const Words& w) { return to_json(q.convergence(w.models())); }},
    {"problem-types", [](const Query& q, const Words& w) { return to_json(q.problem_types(w.models())); }},
    {"compare",
     [](const Query& q, const Words& w) {
       if (w.has("params")) return to_json(q.compare_params(w.refs, w.has("only_differences")));
       if (w.has("features")) return to_json(q.compare_features(w.refs, w.has("only_differences")));
       if (w.has("importances")) return to_json(q.compare_importances(w.refs));
       return to_json(q.compare(w.refs, w.has("only_differences")));
     }},
    {"features", [](const Query& q, const Words& w) { return to_json(q.features(w.refs.at(0), w.has("original"))); }},
    {"similar", [](const Query& q, const Words& w) { return to_json(q.similar(w.refs.at(0), w.limit())); }},
    {"importances", [](const Query& q, const Words& w) { return to_json(q.importances(w.refs.at(0))); }},
    {"rank",
     [](const Query& q, const Words& w) {
       return to_json(q.rank({.metric = w.option("metric"),
                              .on = w.has("on") ? std::optional(w.option("on")) : std::nullopt,
                              .smallest_first = w.has("smallest_first"),
                              .models = w.models(),
                              .limit = w.limit()}));
     }},
    {"confidence-intervals",
     [](const Query& q, const Words& w) {
       return to_json(q.confidence_intervals(w.refs.at(0), w.has("level") ? std::stod(w.option("level")) : 0.95));
     }},
    {"pipeline", [](const Query& q, const Words& w) { return to_json(q.pipeline(w.refs.at(0))); }},
    {"overview", [](const Query& q, const Words&) { return to_json(q.overview()); }},
};

}  // namespace

int main(int argc, char** argv) {
  const auto tracker = Tracker::open(argv[1], {.read_only = true, .create = false});
  std::puts(questions.at(argv[2])(tracker.query(), read(argc, argv)).c_str());
}
