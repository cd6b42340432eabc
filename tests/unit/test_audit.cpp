#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "store_fixture.hpp"

using mltrack::Alarm;
using mltrack::Flow;
using mltrack::Grade;
using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Run;

namespace {

Flow existing(std::string slot, const NodeRef& node, Kind kind = Kind::dataset) {
  return {.slot = std::move(slot), .node = node, .kind = kind};
}
Flow fresh(std::string slot) { return {.slot = std::move(slot), .type = "table"}; }

/// The steps of a program: data, a split, fits, scores.
struct Program {
  explicit Program(Run& written) : run(written) {}

  NodeRef data() { return run.log_node(fresh("X")); }
  NodeRef done(const char* op, const char* estimator, std::vector<Flow> inputs, std::vector<Flow> outputs) {
    return run.log_call({.estimator = estimator, .inputs = std::move(inputs), .source = "train.cpp:1", .op = op},
                        {.outputs = std::move(outputs)});
  }
  std::vector<NodeRef> split(const NodeRef& x) {
    return run
        .record_call({.estimator = "split", .inputs = {existing("array[0]", x)}, .op = "split"},
                     {.outputs = {fresh("train[0]"), fresh("test[0]")}})
        .outputs;
  }
  NodeRef fit(const char* estimator, const NodeRef& x, bool supervised = true) {
    std::vector<Flow> inputs = {existing("X", x)};
    if (supervised) inputs.push_back(fresh("y"));
    return done("fit", estimator, inputs, {{.slot = "model", .kind = Kind::model, .type = estimator}});
  }
  NodeRef transform(const NodeRef& model, const NodeRef& x) {
    return done("transform", "T", {existing("model", model, Kind::model), existing("X", x)}, {fresh("output")});
  }
  void score(const NodeRef& model, const NodeRef& x) {
    done("score", "M", {existing("model", model, Kind::model), existing("X", x)}, {});
  }

  Run& run;
};

std::vector<std::string> names(const std::vector<Alarm>& alarms) {
  std::vector<std::string> found;
  for (const Alarm& alarm : alarms) found.push_back(std::string(to_string(alarm.grade)) + " " + alarm.kind);
  return found;
}

using Names = std::vector<std::string>;

struct Audited : StoreFixture {
  mltrack::Tracker tracker = open();
  Run run = tracker.start_run({.project = "p"});
  Program program{run};

  Names found(const mltrack::Evidence& evidence = {}) { return names(tracker.audit(run.uid(), evidence)); }
};

}  // namespace

TEST_CASE_FIXTURE(Audited, "a scaler fitted on all rows is mild, one that learnt from targets an alarm") {
  const NodeRef x = program.data();
  const bool supervised = true;
  SUBCASE("without targets") {
    const NodeRef parts = program.transform(program.fit("Scaler", x, !supervised), x);
    const auto split = program.split(parts);
    program.score(program.fit("Model", split[0]), split[1]);
    CHECK(found() == Names{"mild fitted_before_split"});
  }
  SUBCASE("with targets") {
    const NodeRef parts = program.transform(program.fit("Selector", x, supervised), x);
    const auto split = program.split(parts);
    program.score(program.fit("Model", split[0]), split[1]);
    CHECK(found() == Names{"alarm fitted_before_split"});
  }
  SUBCASE("on the training part alone") {
    const auto split = program.split(x);
    const NodeRef scaler = program.fit("Scaler", split[0], supervised);
    program.score(program.fit("Model", program.transform(scaler, split[0])), program.transform(scaler, split[1]));
    CHECK(found().empty());
  }
}

TEST_CASE_FIXTURE(Audited, "what a fit learnt from is kept, and makes it harmless or mild") {
  const NodeRef x = program.data();
  const NodeRef scaler = program.fit("Normalizer", x);
  const auto split = program.split(program.transform(scaler, x));
  program.score(program.fit("Model", split[0]), split[1]);
  const NodeRef fit{run.uid(), scaler.seq - 1};
  CHECK(tracker.query().node(fit).op == "fit");
  CHECK(found({.learnt = {{fit, "shape"}}}).empty());
  CHECK(found().empty());
  CHECK(number("SELECT count(*) FROM learnt WHERE what = 'shape'") == 1);
}

TEST_CASE_FIXTURE(Audited, "a model measured on rows it was fitted on is an alarm, a last fit on everything is not") {
  const NodeRef x = program.data();
  const auto split = program.split(x);
  program.score(program.fit("Model", split[0]), split[1]);
  const NodeRef last = program.fit("Model", x);
  CHECK(found().empty());
  program.score(last, split[1]);
  CHECK(found() == Names{"alarm test_rows_in_training"});
}

TEST_CASE_FIXTURE(Audited, "rows that a process saw to be equal count like rows the graph shows") {
  const auto split = program.split(program.data());
  const NodeRef stacked = program.data();
  program.score(program.fit("Model", stacked), split[1]);
  CHECK(found().empty());
  const auto alarms = tracker.audit(run.uid(), {.shared = {{split[1], stacked, 38, 40}}});
  REQUIRE(names(alarms) == Names{"alarm test_rows_in_training"});
  CHECK(alarms[0].counted == 38);
  CHECK(alarms[0].total == 40);
}

TEST_CASE_FIXTURE(Audited, "what was seen of another run's nodes says nothing about nodes with their numbers") {
  const auto split = program.split(program.data());
  const NodeRef stacked = program.data();
  program.score(program.fit("Model", stacked), split[1]);
  Run other = tracker.start_run({.project = "p"});
  const NodeRef elsewhere{other.uid(), split[1].seq};
  CHECK(found({.shared = {{elsewhere, stacked, 38, 40}}}).empty());
}

TEST_CASE_FIXTURE(Audited, "a part of a test part is held out too, and the other part of it may be trained on") {
  const auto outer = program.split(program.data());
  const auto inner = program.split(outer[1]);
  program.score(program.fit("Model", inner[0]), inner[1]);
  CHECK(found().empty());
  const NodeRef both = run.log_node({.slot = "X", .type = "table", .sources = {{outer[0]}, {inner[0]}, {inner[1]}}});
  program.score(program.fit("Model", both), inner[1]);
  CHECK(found() == Names{"alarm test_rows_in_training"});
}

TEST_CASE_FIXTURE(Audited, "alarms are listed by grade, kind and run, and finding one again changes nothing") {
  const NodeRef x = program.data();
  const NodeRef model = program.fit("Model", x);
  program.score(model, x);
  program.score(model, program.split(x)[1]);
  CHECK(found() == Names{"alarm test_rows_in_training", "note scored_on_training"});
  CHECK(found() == Names{"alarm test_rows_in_training", "note scored_on_training"});
  const auto query = tracker.query();
  CHECK(names(query.alarms({.at_least = Grade::mild})) == Names{"alarm test_rows_in_training"});
  CHECK(names(query.alarms({.kind = "scored_on_training"})) == Names{"note scored_on_training"});
  CHECK(names(query.alarms({.run = run.uid().str(), .limit = 1})) == Names{"alarm test_rows_in_training"});
  CHECK(query.alarms({.where = "project = 'other'"}).empty());
  CHECK(query.alarms({.kind = "test_set_reused"}).empty());
  std::string message;
  CHECK(error_of([&] { query.alarms({.kind = "leak"}); }, &message) == mltrack::ErrorCode::invalid_argument);
  CHECK(message.find("'leak' is no kind of alarm; the kinds are fitted_before_split, test_rows_in_training") !=
        std::string::npos);
  const auto first = query.alarm_page({.limit = 1});
  REQUIRE(first.next.has_value());
  const auto second = query.alarm_page({.limit = 1, .after = *first.next});
  CHECK(names(second.alarms) == Names{"note scored_on_training"});
  CHECK_FALSE(second.next.has_value());
  CHECK(error_of([&] { query.alarms({.at_least = Grade::mild, .after = *first.next}); }) ==
        mltrack::ErrorCode::invalid_argument);
  const auto table = query.alarm_table({.kind = "scored_on_training", .fields = {"grade, counted, project"}});
  REQUIRE(table.rows() == 1);
  CHECK(table.columns[0].texts == std::vector<std::string>{"note"});
  CHECK(table.columns[1].missing[0]);
  CHECK(table.columns[2].texts == std::vector<std::string>{"p"});
  const Alarm alarm = query.alarms().front();
  CHECK(std::ranges::any_of(alarm.nodes,
                            [](const auto& node) { return node.role == "fit" && node.source == "train.cpp:1"; }));
  CHECK(mltrack::to_json(alarm).find(R"("kind":"test_rows_in_training","grade":"alarm")") != std::string::npos);
}

TEST_CASE_FIXTURE(Audited, "a run the store does not hold is refused by name") {
  std::string message;
  const auto uid = mltrack::Uid::random();
  CHECK(error_of([&] { tracker.audit(uid); }, &message) == mltrack::ErrorCode::not_found);
  CHECK(message.find(uid.str()) != std::string::npos);
}
