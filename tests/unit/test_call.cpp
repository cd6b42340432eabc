#include <doctest/doctest.h>

#include <numeric>

#include "store_fixture.hpp"

using mltrack::Call;
using mltrack::ErrorCode;
using mltrack::Flow;
using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Run;
using mltrack::Tracker;

namespace {

/// Values without a pattern, different for each seed.
std::vector<double> numbers(unsigned seed, std::size_t count = 50) {
  std::vector<double> values(count);
  std::uint32_t state = seed * 2654435761U + 1;
  for (double& value : values) value = (state = state * 1664525U + 1013904223U) >> 8;
  return values;
}

std::shared_ptr<mltrack::DatasetDigest> digest_of(const std::vector<double>& values) {
  return std::make_shared<mltrack::DatasetDigest>(
      mltrack::digest({.columns = {{.values = mltrack::Numbers{.data = values.data(), .rows = values.size()}}}}));
}

Flow data(const std::string& slot, const std::vector<double>& values) {
  return {.slot = slot, .data = digest_of(values)};
}

/// The edges of a node as "src slot via", by sequence number.
std::string edges_into(const StoreFixture& store, const NodeRef& node) {
  return store.text(
      "SELECT group_concat(s.seq || ' ' || n.text || ' ' || coalesce(v.text, '-'), ', ') FROM edge e JOIN node s ON "
      "s.id = e.src"
      " JOIN node d ON d.id = e.dst JOIN name n ON n.id = e.slot LEFT JOIN name v ON v.id = e.via WHERE d.seq = " +
      std::to_string(node.seq) + " ORDER BY s.id");
}

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "a call commits when it begins and when it ends") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Call fit = run.begin_fit({.estimator = "svm",
                            .params = {{"C", 2.0}, {"kernel", "rbf"}},
                            .inputs = {data("X", numbers(1))},
                            .source = "a.cpp:3"});
  CHECK(
      text("SELECT c.status || ' ' || o.text || ' ' || t.text || ' ' || c.source FROM call c JOIN name o ON o.id = c.op"
           " JOIN node n ON n.id = c.id JOIN name t ON t.id = n.type") == "running fit svm a.cpp:3");
  CHECK(edges_into(*this, fit.ref()) == "1 X source");
  const NodeRef model = fit.end();
  CHECK(tracker.query().ancestors(model).nodes.size() == 2);  // a handle is a reference, too
  CHECK(text("SELECT status FROM call") == "finished");
  CHECK(number("SELECT took_us >= 0 FROM call") == 1);
  CHECK(edges_into(*this, model) == "2 model -");
  CHECK(error_of([&] { fit.end(); }) == ErrorCode::wrong_state);
}

TEST_CASE_FIXTURE(StoreFixture, "a failed call keeps its error, a dropped one is failed") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  run.begin_fit({.estimator = "e"}).fail("ValueError", "bad\nshape");
  { Call dropped = run.begin_fit({.estimator = "e"}); }
  CHECK(text("SELECT group_concat(status || '|' || error_type || '|' || error, ';') FROM call") ==
        "failed|ValueError|bad\nshape;failed|unknown|left without an end");
  CHECK(number("SELECT count(*) FROM node WHERE kind = 'model'") == 0);
}

TEST_CASE_FIXTURE(StoreFixture, "equal class and parameters are one spec") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  for (const double C : {1.0, 1.0, 2.0}) run.log_fit({.estimator = "svm", .params = {{"C", C}, {"n", 3}}});
  run.log_fit({.estimator = "tree", .params = {{"C", 1.0}, {"n", 3}}});
  run.log_fit({.estimator = "svm", .params = {{"C", 1}, {"n", 3}}});  // an int is not a float
  CHECK(number("SELECT count(*) FROM content WHERE kind = 'spec'") == 4);
  CHECK(number("SELECT count(*) FROM param") == 8);
  CHECK(number("SELECT count(DISTINCT spec) FROM call") == 4);
}

TEST_CASE_FIXTURE(StoreFixture, "calls below an ended call are lost until they end") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Call outer = run.begin_fit({.estimator = "pipeline"});
  Call inner = run.begin_fit({.estimator = "scaler", .parent = outer.ref()});
  outer.end();
  CHECK(text("SELECT group_concat(status) FROM call") == "finished,lost");
  inner.end();
  CHECK(text("SELECT group_concat(status) FROM call") == "finished,finished");
}

TEST_CASE_FIXTURE(StoreFixture, "an input is found by its whole content among what calls produced") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto values = numbers(2);
  const NodeRef output = run.log_transform({.estimator = "scaler"}, {.outputs = {data("output", values)}});
  Call fit = run.begin_fit({.estimator = "svm", .inputs = {data("X", values), data("y", numbers(3))}});
  CHECK(fit.inputs()[0] == output);
  CHECK(edges_into(*this, fit.ref()) == "2 X content, 3 y source");
}

TEST_CASE_FIXTURE(StoreFixture, "zeros and other content that proves nothing is never found") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const std::vector<double> zeros(50, 0.0);
  std::vector<double> range(50);
  std::iota(range.begin(), range.end(), 0.0);
  for (const auto& values : {zeros, range}) {
    const NodeRef output = run.log_transform({.estimator = "t"}, {.outputs = {data("output", values)}});
    Call fit = run.begin_fit({.estimator = "svm", .inputs = {data("X", values)}});
    CHECK(fit.inputs()[0] != output);
  }
}

TEST_CASE_FIXTURE(StoreFixture, "a perfect model's predictions are not where y came from") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto truth = numbers(4);
  const NodeRef predicted = run.log_predict({.estimator = "svm"}, {.outputs = {data("output", truth)}});
  Call as_y = run.begin({.inputs = {data("y_true", truth)}, .op = "metric"});
  CHECK(as_y.inputs()[0] != predicted);
  Call as_x = run.begin_fit({.inputs = {data("X", truth)}});  // stacking: predictions may become features
  CHECK(as_x.inputs()[0] == predicted);
  Call split = run.begin_split({.inputs = {data("array[0]", truth)}});
  CHECK(split.inputs()[0] != predicted);
}

TEST_CASE_FIXTURE(StoreFixture, "several candidates: the slot, then the run, then the earliest, marked ambiguous") {
  Tracker tracker = open();
  const auto values = numbers(5);
  Run before = tracker.start_run();
  before.log_transform({.estimator = "t"}, {.outputs = {data("output", values)}});
  Run run = tracker.start_run();
  const NodeRef first = run.log_transform({.estimator = "t"}, {.outputs = {data("output", values)}});
  Call one = run.begin_fit({.inputs = {data("X", values)}});
  CHECK(one.inputs()[0] == first);
  const NodeRef second = run.log_transform({.estimator = "t"}, {.outputs = {data("output", values)}});
  run.begin_predict({.inputs = {{.slot = "Z", .node = second}}}).end();
  CHECK(run.begin_fit({.inputs = {data("Z", values)}}).inputs()[0] == second);
  Call three = run.begin_fit({.inputs = {data("W", values)}});
  CHECK(three.inputs()[0] == first);
  CHECK(edges_into(*this, three.ref()) == std::to_string(first.seq) + " W ambiguous");
}

TEST_CASE_FIXTURE(StoreFixture, "the call's own other inputs are not where an input came from") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto values = numbers(6);
  const NodeRef output = run.log_transform({.estimator = "t"}, {.outputs = {data("output", values)}});
  Call fit = run.begin_fit({.inputs = {{.slot = "X", .node = output}, data("y", values)}});
  CHECK(fit.inputs()[1] != output);
  Call same = run.begin_fit({.inputs = {{.slot = "X", .node = output}, {.slot = "y", .node = output}}});  // fit(X, X)
  CHECK(same.inputs()[0] == same.inputs()[1]);
  CHECK(edges_into(*this, same.ref()) ==
        std::to_string(output.seq) + " X object, " + std::to_string(output.seq) + " y object");
}

TEST_CASE_FIXTURE(StoreFixture, "columns lead back to the table they came from") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto a = numbers(7), b = numbers(8), c = numbers(9), fresh = numbers(10);
  const auto table = [](std::vector<const std::vector<double>*> columns) {
    mltrack::DatasetView view;
    for (const auto* column : columns)
      view.columns.push_back({.values = mltrack::Numbers{.data = column->data(), .rows = column->size()}});
    return std::make_shared<mltrack::DatasetDigest>(mltrack::digest(view));
  };
  const NodeRef frame = run.log_call({.estimator = "read_csv", .op = "read"},
                                     {.outputs = {{.slot = "output", .data = table({&a, &b, &c})}}});
  Call fit = run.begin_fit({.inputs = {{.slot = "X", .data = table({&c, &fresh, &a})}}});
  CHECK(edges_into(*this, fit.inputs()[0]) == std::to_string(frame.seq) + " from columns 2/3");
}

TEST_CASE_FIXTURE(StoreFixture, "lists of one run are found by content though no call made them") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Flow list = data("X", numbers(11));
  list.untracked = true;
  const NodeRef first = run.begin_fit({.inputs = {list}}).inputs()[0];
  CHECK(run.begin_predict({.inputs = {list}}).inputs()[0] == first);
  Run other = tracker.start_run();
  CHECK(other.begin_fit({.inputs = {list}}).inputs()[0] != first);
}

TEST_CASE_FIXTURE(StoreFixture, "a model dumped elsewhere is found by the digest of its state") {
  Tracker tracker = open();
  const auto state = mltrack::digest_bytes("model", std::vector<std::uint8_t>{1, 2, 3});
  Run trainer = tracker.start_run();
  const auto model = trainer.log_fit({.estimator = "svm"}, {.model_digest = state});
  Run user = tracker.start_run();
  Call predict =
      user.begin_predict({.inputs = {{.slot = "model", .kind = Kind::model, .type = "svm", .digest = state}}});
  CHECK(predict.inputs()[0] == model);
  Call unknown = user.begin_predict({.inputs = {{.slot = "model", .kind = Kind::model, .type = "svm"}}});
  CHECK(unknown.inputs()[0].run == user.uid());
}

TEST_CASE_FIXTURE(StoreFixture, "outputs hang on the call and on what they derive from") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Call outer = run.begin_predict({.estimator = "pipeline"});
  Call inner = run.begin_predict({.estimator = "svm", .parent = outer.ref()});
  const auto values = numbers(12);
  const NodeRef first = inner.end({.outputs = {data("output", values)}});
  Flow same = data("output", values);
  same.sources = {{first, "object", "same"}};
  const NodeRef second = outer.end({.outputs = {same}});
  CHECK(edges_into(*this, second) == "1 output -, " + std::to_string(first.seq) + " same object");
  CHECK(number("SELECT count(DISTINCT content) FROM node WHERE kind = 'dataset'") == 1);
}

TEST_CASE_FIXTURE(StoreFixture, "a metric of a call is about the model, on the data that flowed in") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto model = run.log_fit({.estimator = "svm"});
  const NodeRef test = run.log_node(data("", numbers(13)));
  run.log_score({.estimator = "svm", .inputs = {{.slot = "model", .node = model}, {.slot = "X", .node = test}}},
                {.metrics = {{.name = "accuracy", .value = 0.97}}});
  CHECK(text("SELECT s.seq || ' ' || d.seq || ' ' || m.value FROM metric m JOIN node s ON s.id = m.subject JOIN node d "
             "ON d.id = m.dataset") == std::to_string(model.seq) + " " + std::to_string(test.seq) + " 0.97");
}

TEST_CASE_FIXTURE(StoreFixture, "a metric of a fit is about the model that came out") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto model = run.log_fit({.estimator = "svm"}, {.metrics = {{.name = "loss", .value = 0.5}}});
  CHECK(number("SELECT s.seq FROM metric m JOIN node s ON s.id = m.subject") == model.seq);
}

TEST_CASE_FIXTURE(StoreFixture, "content that occurs a thousand times is still resolved to its first maker") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const Flow input = data("X", numbers(15));
  for (int i = 0; i < 200; ++i) run.log_node(input);
  Flow output = input;
  output.slot = "output";
  const NodeRef made = run.log_transform({.estimator = "t"}, {.outputs = {output}});
  for (int i = 0; i < 200; ++i) run.log_node(input);
  CHECK(run.begin_fit({.inputs = {input}}).inputs()[0] == made);
}

TEST_CASE_FIXTURE(StoreFixture, "a bad reference writes nothing") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const NodeRef nothing{run.uid(), 1000};
  CHECK(error_of([&] {
          run.begin_fit({.inputs = {data("X", numbers(14)), {.slot = "y", .node = nothing}}});
        }) == ErrorCode::not_found);
  CHECK(error_of([&] { run.log_node({.kind = Kind::run}); }) == ErrorCode::invalid_argument);
  CHECK(error_of([&] { run.begin({}); }) == ErrorCode::invalid_argument);
  CHECK(number("SELECT count(*) FROM node WHERE kind IN ('dataset', 'call')") == 0);
  Call fit = run.begin_fit({.inputs = {data("X", numbers(14))}});
  CHECK(fit.ref().seq == 2);
}

TEST_CASE_FIXTURE(StoreFixture, "columns put into a known dataset lead back to where they came from") {
  Tracker tracker = open();
  const auto a = numbers(7), b = numbers(8), p = numbers(9);
  const auto table = [](std::vector<const std::vector<double>*> columns) {
    mltrack::DatasetView view;
    for (const auto* column : columns)
      view.columns.push_back({.values = mltrack::Numbers{.data = column->data(), .rows = column->size()}});
    return std::make_shared<mltrack::DatasetDigest>(mltrack::digest(view));
  };
  tracker.start_run().log_call({.op = "predict"}, {.outputs = {data("output", b)}});  // elsewhere: no origin
  Run run = tracker.start_run();
  const auto logged = run.record_call({.inputs = {{.slot = "X", .data = table({&a, &b})}}, .op = "predict"},
                                      {.outputs = {data("output", p)}});
  const std::string known = std::to_string(logged.inputs[0].seq), made = std::to_string(logged.outputs[0].seq);
  CHECK(logged.call.seq == logged.inputs[0].seq + 1);
  for (const std::string via : {"edited", "frame:assign", "view"}) {
    const NodeRef grown = run.log_node({.data = table({&a, &b, &p}), .sources = {{logged.inputs[0], via}}});
    CHECK(edges_into(*this, grown) == known + " from " + via + ", " + made + " from columns 1/3");
  }
  const NodeRef declared = run.log_node({.data = table({&a, &p}), .sources = {{logged.inputs[0], "declared"}}});
  CHECK(edges_into(*this, declared) == known + " from declared");
  const NodeRef other = run.log_node({.data = table({&b, &p}), .sources = {{logged.outputs[0], "edited"}}});
  CHECK(edges_into(*this, other) == made + " from edited");
}
