#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "store/param_codec.hpp"

namespace mltrack {

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path(fs::temp_directory_path() / ("mltrack-query-" + Uid::random().str())) { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  void write(const char* name, const std::string& text) const { std::ofstream(path / name) << text; }
  std::string file(const char* name) const { return (path / name).string(); }
  fs::path path;
};

ErrorCode code_of(const std::function<void()>& action, std::string* message = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (message) *message = error.what();
    return error.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::io;
}

std::vector<std::string> refs(const std::vector<Node>& nodes) {
  std::vector<std::string> refs;
  for (const Node& node : nodes) refs.push_back(node.ref);
  return refs;
}

const Difference* find(const Comparison& comparison, const std::string& what, const std::string& name = "") {
  const auto found = std::find_if(comparison.differences.begin(), comparison.differences.end(),
                                  [&](const Difference& d) { return d.what == what && d.name == name; });
  return found == comparison.differences.end() ? nullptr : &*found;
}

std::vector<double> rising(std::size_t rows, double by) {
  std::vector<double> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = by * static_cast<double>(i * i % 101);
  return values;
}

}  // namespace

TEST_CASE("a result holds all that was recorded about a node") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run =
      tracker.start_run({.project = "penguins", .experiment = "baseline", .name = "first", .tags = {{"stage", "dev"}}});
  const std::vector<double> column = rising(50, 1);
  const DatasetRef data = run.log_dataset({.name = "train", .columns = {{Numbers{column.data(), 50}, "mass"}}});
  Call outer = run.begin({.estimator = "a.Pipeline", .op = "fit"});
  Call fit =
      run.begin_fit({.estimator = "a.Model",
                     .params = {{"C", 2.0}, {"none", nullptr}, {"big", Value::big_integer("-36893488147419103232")}},
                     .inputs = {{.slot = "X", .node = data}},
                     .parent = outer.ref(),
                     .source = "train.py:3"});
  const NodeRef model = fit.end({.took_us = 1234, .overhead_us = 56});
  outer.end();
  run.log_param("epochs", 3);
  run.log_metric("accuracy", 0.5, {.subject = model, .dataset = data});

  const Query query = tracker.query();
  const Node model_node = query.node(model.str());
  CHECK(model_node.ref == model.str());
  CHECK(model_node.kind == Kind::model);
  CHECK(model_node.type == "a.Model");
  CHECK(model_node.run == run.uid().str());
  CHECK(model_node.project == "penguins");
  CHECK(model_node.experiment == "baseline");
  CHECK(model_node.params.at("C") == Value(2.0));
  CHECK(model_node.params.at("none") == Value());
  CHECK(model_node.params.at("big") == Value::big_integer("-36893488147419103232"));
  REQUIRE(model_node.metrics.size() == 1);
  CHECK(model_node.metrics[0].name == "accuracy");
  CHECK(model_node.metrics[0].subject == model.str());
  CHECK(model_node.metrics[0].dataset == data.str());
  CHECK_FALSE(model_node.op);
  CHECK_FALSE(model_node.status);

  const Node call_node = query.node(fit.ref().str());
  CHECK(call_node.op == "fit");
  CHECK(call_node.status == "finished");
  CHECK(call_node.took_us == 1234);
  CHECK(call_node.overhead_us == 56);
  CHECK(call_node.parent == outer.ref().str());
  CHECK(call_node.source == "train.py:3");
  CHECK(call_node.params.size() == 3);
  CHECK(model_node.at_us == call_node.at_us);

  const Node data_node = query.node(data.str());
  CHECK(data_node.name == "train");
  CHECK(data_node.rows == 50);
  CHECK(data_node.columns == 1);
  CHECK(data_node.digest->size() == 32);

  const std::vector<Node> runs = query.runs();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].ref == run.ref().str());
  CHECK(runs[0].status == "running");
  CHECK(runs[0].params.at("epochs") == Value(3));
  CHECK(runs[0].tags.at("stage") == "dev");
  REQUIRE(runs[0].metrics.size() == 1);
  CHECK(runs[0].metrics[0].subject == model.str());
  CHECK_FALSE(runs[0].took_us);
  run.finish();
  CHECK(query.runs()[0].status == "finished");
  CHECK(query.runs()[0].took_us);

  CHECK(refs(query.projects()) == std::vector<std::string>{"penguins"});
  CHECK(refs(query.experiments()) == std::vector<std::string>{"penguins/baseline"});
  CHECK(query.experiments()[0].at_us == runs[0].at_us);
}

TEST_CASE("parameters come back as they went in") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const Params params = {{"none", nullptr},
                         {"true", true},
                         {"int", std::numeric_limits<std::int64_t>::min()},
                         {"big", Value::big_integer("1180591620717411303424")},
                         {"unsigned", std::numeric_limits<std::uint64_t>::max()},
                         {"float", 0.1},
                         {"nan", nan},
                         {"inf", -infinity},
                         {"minus", -0.0},
                         {"zero", 0.0},
                         {"text", "h\xc3\xa9llo"},
                         {"empty", ""},
                         {"nul", std::string("a\0b", 3)},
                         {"surrogate", "\xed\xa0\x80"},
                         {"json", Value::json("[1, {\"a\": null}]")},
                         {"class", Value::class_name("sklearn.svm.SVC")},
                         {"opaque", Value::opaque("<lambda>")}};
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run();
  run.log_params(params);
  const ModelRef model = run.log_fit({.estimator = "a.Model", .params = params});
  CHECK(tracker.query().runs()[0].params == params);
  CHECK(tracker.query().node(model.str()).params == params);
  CHECK(store::clean_text(std::string("a\0b\xed\xa0\x80", 6)) ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("a reference is tried in the documented order") {
  const Folder folder;
  folder.write("data.csv", "a,b\n1,2\n");
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run({.project = "penguins", .experiment = "baseline", .name = "first"});
  const std::vector<double> column = rising(50, 1);
  const DatasetRef frame =
      run.log_read(folder.path / "data.csv", {.name = "frame", .columns = {{Numbers{column.data(), 50}, "mass"}}});
  const Query query = tracker.query();
  const std::string file = query.ancestors(frame.str()).nodes[0].ref;
  const std::string uid = run.uid().str();

  CHECK(query.node(folder.file("data.csv")).ref == file);
  CHECK(query.node(folder.file("data.csv")).kind == Kind::artifact);
  CHECK(query.node(frame.str()).name == "frame");
  CHECK(query.node(uid + ":" + std::to_string(frame.seq)).name == "frame");
  CHECK(query.node(uid).kind == Kind::run);
  CHECK(query.node(uid.substr(0, 13)).kind == Kind::run);
  CHECK(query.node(uid.substr(0, 4)).kind == Kind::run);
  const std::string digest = *query.node(frame.str()).digest;
  CHECK(query.node(digest).ref == frame.str());
  CHECK(query.node(digest.substr(0, 7)).ref == frame.str());
  CHECK(query.node("penguins/baseline").kind == Kind::experiment);
  CHECK(query.node("penguins").kind == Kind::project);

  DatasetView view;
  view.columns.push_back({Numbers{column.data(), 50}});
  CHECK(query.node(mltrack::digest(view).values.hex()).ref == frame.str());

  std::string message;
  CHECK(code_of([&] { query.node("nothing"); }, &message) == ErrorCode::not_found);
  CHECK(message.find("'nothing'") != std::string::npos);
  CHECK(code_of([&] { query.node(uid.substr(0, 8) + ":99"); }, &message) == ErrorCode::not_found);
  CHECK(message.find("0 to 3") != std::string::npos);
  CHECK(code_of([&] { query.node(""); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { query.descendants(folder.file("s.db")); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("the store itself") != std::string::npos);
  CHECK(code_of([&] { query.descendants(folder.file("s.db-wal")); }) == ErrorCode::invalid_argument);

  folder.write("data.csv", "a,b\n3,4\n");
  const Lineage changed = query.descendants(folder.file("data.csv"));
  CHECK(changed.root.ref == file);
  REQUIRE(changed.notes.size() == 1);
  CHECK(changed.notes[0].find("has changed") != std::string::npos);
  folder.write("new.csv", "x\n");
  CHECK(code_of([&] { query.node(folder.file("new.csv")); }, &message) == ErrorCode::not_found);
  CHECK(message.find("has seen neither") != std::string::npos);
  fs::remove(folder.path / "data.csv");
  CHECK(query.descendants(folder.file("data.csv")).root.ref == file);
}

TEST_CASE("an ambiguous prefix lists its candidates") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  // Runs are made until two share their first four digits: a few hundred by the birthday paradox.
  std::map<std::string, std::string> seen;
  std::string shared;
  while (shared.empty()) {
    Run run = tracker.start_run();
    const std::string uid = run.uid().str();
    const auto [found, is_new] = seen.emplace(uid.substr(0, 4), uid);
    if (!is_new) shared = uid.substr(0, 4);
    run.detach();
    REQUIRE(seen.size() < 20'000);
  }
  std::string message;
  CHECK(code_of([&] { tracker.query().node(shared); }, &message) == ErrorCode::ambiguous);
  CHECK(message.find(seen.at(shared)) != std::string::npos);
  CHECK(tracker.query().node(seen.at(shared)).run == seen.at(shared));
}

TEST_CASE("lineage tells depth, edges and how far it went") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run();
  NodeRef last = run.log_node({.slot = "", .type = "t", .name = "0"});
  const NodeRef first = last;
  for (int i = 1; i <= 4; ++i) {
    CallInfo info{.estimator = "f", .inputs = {{.slot = "X", .node = last}}};
    info.op = "transform";
    last = run.log_call(info, {.outputs = {{.slot = "output", .type = "t", .name = std::to_string(i)}}});
  }
  const Query query = tracker.query();
  const Lineage whole = query.descendants(first.str());
  REQUIRE(whole.nodes.size() == 8);
  for (int i = 0; i < 8; ++i) CHECK(whole.nodes[static_cast<std::size_t>(i)].depth == i + 1);
  CHECK(whole.edges.size() == 8);
  CHECK(whole.root.depth == 0);
  CHECK(query.descendants(first.str(), 3).nodes.size() == 3);
  CHECK(query.descendants(first.str(), 0).nodes.empty());
  CHECK(query.ancestors(last.str(), 2).nodes.size() == 2);
  CHECK(query.ancestors(last.str(), 2).nodes[0].depth == 2);
  CHECK(query.lineage(whole.nodes[3].ref, 1).nodes.size() == 2);
  CHECK(query.lineage(whole.nodes[3].ref).nodes.size() == 8);
  CHECK(code_of([&] { query.ancestors(last.str(), -1); }) == ErrorCode::invalid_argument);

  const Lineage of_run = query.ancestors(run.ref().str());
  CHECK(of_run.root.kind == Kind::run);
  CHECK(of_run.nodes.size() == 9);
}

TEST_CASE("a part counts to its run") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run({.name = "whole"});
  Run part = tracker.start_run({.name = "part", .part_of = run.uid()});
  const NodeRef inner = part.log_fit({.estimator = "a.Model", .params = {{"C", 5}}});
  part.log_metric("accuracy", 0.9, {.subject = inner});
  const Query query = tracker.query();
  const std::vector<Node> runs = query.runs();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].name == "whole");
  REQUIRE(runs[0].metrics.size() == 1);
  CHECK(query.node(inner.str()).run == run.uid().str());
  CHECK(query.runs({.where = "params.C = 5 and metrics.accuracy > 0.5"}).size() == 1);
  CHECK(query.models({.where = "run = 'whole'"}).size() == 1);
  CHECK(query.ancestors(run.ref().str()).nodes.size() == 2);
}

TEST_CASE("comparisons show what differs and nothing else") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run a = tracker.start_run({.name = "a", .tags = {{"stage", "dev"}, {"same", "x"}}});
  Run b = tracker.start_run({.name = "b", .tags = {{"stage", "prod"}, {"same", "x"}}});
  const std::vector<double> one = rising(50, 1);
  const std::vector<double> two = rising(50, 3);
  const DatasetRef left =
      a.log_dataset({.columns = {{Numbers{one.data(), 50}, "x"}, {Numbers{two.data(), 50}, "gone"}}});
  const DatasetRef right = b.log_dataset(
      {.columns = {{Numbers{two.data(), 40}, "x"}, {Numbers{one.data(), 40}, "new"}, {Numbers{two.data(), 40}, "z"}}});
  const auto fit = [](Run& run, const char* estimator, double c, NodeRef data) {
    return run.log_fit(
        {.estimator = estimator, .params = {{"C", c}, {"same", 1}}, .inputs = {{.slot = "X", .node = data}}});
  };
  const ModelRef first = fit(a, "a.Model", 1, left);
  const ModelRef second = fit(b, "a.Other", 2, right);
  a.log_metric("accuracy", 0.5);
  b.log_metric("accuracy", 0.25);
  a.log_param("only", "here");
  a.finish();
  b.finish();

  const Query query = tracker.query();
  const Comparison runs = query.compare(a.ref().str(), b.ref().str());
  CHECK(find(runs, "tag", "stage")->b == "prod");
  CHECK(find(runs, "tag", "same") == nullptr);
  CHECK(find(runs, "metric", "accuracy")->a == "0.5");
  CHECK(find(runs, "param", "only")->a == "here");
  CHECK_FALSE(find(runs, "param", "only")->b);
  CHECK(find(runs, "status") == nullptr);

  const Comparison models = query.compare(first.str(), second.str());
  CHECK(find(models, "type")->a == "a.Model");
  CHECK(find(models, "param", "C")->b == "2.0");
  CHECK(find(models, "param", "same") == nullptr);
  CHECK(find(models, "input", "X")->a == *query.node(left.str()).digest);

  const Comparison datasets = query.compare(left.str(), right.str());
  CHECK(find(datasets, "rows")->b == "40");
  CHECK(find(datasets, "columns")->a == "2");
  CHECK(find(datasets, "column", "x"));
  CHECK_FALSE(find(datasets, "column", "gone")->b);
  CHECK_FALSE(find(datasets, "column", "new")->a);
  CHECK(query.compare(left.str(), left.str()).differences.empty());

  std::string message;
  CHECK(code_of([&] { query.compare(left.str(), first.str()); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("of kind dataset") != std::string::npos);
}

TEST_CASE("details and series") {
  const Folder folder;
  folder.write("data.csv", "a\n1\n");
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run();
  const std::vector<double> column = rising(50, 1);
  const DatasetRef frame = run.log_read(folder.path / "data.csv", {.columns = {{Numbers{column.data(), 50}, "mass"}}});
  run.log_note("looks odd", frame, "me");
  for (int i = 0; i < 3; ++i) run.log_metric("loss", 1.0 / (i + 1));
  run.log_metric("loss", std::nan(""), {.step = 1});

  const Query query = tracker.query();
  const Details details = query.details(frame.str());
  REQUIRE(details.in.size() == 1);
  CHECK(details.in[0].dst == frame.str());
  CHECK_FALSE(details.in[0].via);
  REQUIRE(details.columns.size() == 1);
  CHECK(details.columns[0].name == "mass");
  CHECK(details.columns[0].type == "float");
  CHECK_FALSE(details.columns_omitted);
  REQUIRE(details.notes.size() == 1);
  CHECK(details.notes[0].text == "looks odd");
  CHECK(query.details(folder.file("data.csv")).locations == std::vector<std::string>{folder.file("data.csv")});

  const std::vector<Point> points = query.points(run.ref().str(), "loss");
  REQUIRE(points.size() == 4);
  CHECK(points[0].value == 1.0);
  CHECK(points[2].step == 1);
  CHECK(points[2].nth == 1);
  CHECK(std::isnan(points[2].value));
  std::string message;
  CHECK(code_of([&] { query.points(run.ref().str(), "lost"); }, &message) == ErrorCode::not_found);
  CHECK(message.find("it has loss") != std::string::npos);
}

TEST_CASE("a question sees what a batch still holds") {
  const Folder folder;
  Tracker tracker = Tracker::open(folder.path / "s.db");
  Run run = tracker.start_run();
  Batch batch = run.batch();
  batch.log_metric("loss", 0.5);
  REQUIRE(tracker.query().runs()[0].metrics.size() == 1);
}

}  // namespace mltrack

TEST_CASE("a metric that an outer and an inner call measured is shown once") {
  mltrack::Node run;
  run.metrics = {{.name = "loss", .value = 3, .at_us = 1},
                 {.name = "accuracy", .value = 0.5, .at_us = 5},  // the outer call ended last
                 {.name = "accuracy", .value = 0.25, .at_us = 4},
                 {.name = "loss", .value = 2, .at_us = 1}};
  CHECK(mltrack::latest_metrics(run) == std::map<std::string, double>{{"accuracy", 0.5}, {"loss", 2}});
}
