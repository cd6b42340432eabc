#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "store_fixture.hpp"

using mltrack::Call;
using mltrack::ColumnUse;
using mltrack::ErrorCode;
using mltrack::Features;
using mltrack::Fitted;
using mltrack::Flow;
using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Query;
using mltrack::Run;
using mltrack::Tracker;
using mltrack::Value;

namespace {

/// Columns of values without a pattern; without names where `names` is empty.
Flow table(const std::string& slot, unsigned seed, std::size_t columns, const std::vector<std::string>& names = {}) {
  std::vector<double> values(40 * columns);
  std::uint32_t state = seed * 2654435761U + 1;
  for (double& value : values) value = (state = state * 1664525U + 1013904223U) >> 8;
  const auto row = static_cast<std::ptrdiff_t>(columns * sizeof(double));
  return mltrack::data_flow(
      slot, {.matrix = mltrack::Matrix{values.data(), 40, columns, mltrack::Scalar::float64, row, sizeof(double)},
             .names = names});
}

std::shared_ptr<const Fitted> says(Features features) {
  return std::make_shared<Fitted>(Fitted{.features = std::move(features)});
}

/// Fits a model on an input and gives its node; where it transforms, `out` becomes what it made.
NodeRef fit(Run& run, const std::string& type, Flow input, Features features, Flow* out = nullptr) {
  Call call = run.begin({.estimator = type, .inputs = {std::move(input)}, .op = out ? "fit_transform" : "fit"});
  std::vector<Flow> outputs{{.slot = "model", .kind = Kind::model, .type = type, .fitted = says(std::move(features))}};
  if (out) outputs.push_back(*out);
  call.end({.outputs = outputs});
  if (out) *out = {.slot = "X", .node = call.outputs()[1]};
  return call.outputs()[0];
}

/// "Model: a > b" for each use, sorted as answered.
std::string uses(const Query& query, const std::string& column) {
  std::string text;
  for (const ColumnUse& use : query.uses_column(column)) {
    text += (text.empty() ? "" : "; ") + use.model.type.value_or("") + (use.assumed ? "?" : "") + ":";
    for (const auto& node : use.through) text += " " + node.type.value_or("");
  }
  return text;
}

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "what a model says about itself comes back") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Fitted fitted;
  fitted.features = Features{.taken = 2, .made = 3, .names_in = {"a", "b\xc3\xa4"}, .names_out = {"x", "y", "z"}};
  fitted.features->sources = {{.out_pos = 0, .outs = 2, .ins = 2, .one_to_one = true},
                              {.out_pos = 2, .in_pos = 1, .through = {"num__scale", "p \"q\""}}};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  fitted.values = {{"coef_", {2, 3}, std::vector<Value>{0.1, -2.0, nan, infinity, 1e300, 5}},
                   {"classes_", {2}, std::vector<Value>{"yes \"no\"", true}},
                   {"wide_", {5000}, std::vector<Value>(5000, Value(1.0))}};
  fitted.series = {{"loss", {3.0, 2.0, 1.5}}};
  Call call = run.begin_fit({.estimator = "m", .inputs = {table("X", 1, 2, {"a", "b"})}});
  const NodeRef model =
      call.end({.outputs = {{.slot = "model", .kind = Kind::model, .fitted = std::make_shared<const Fitted>(fitted)}}});

  const Query query = tracker.query();
  const Fitted read = query.fitted(model);
  CHECK(read.features->names_in == fitted.features->names_in);
  CHECK(read.features->names_out == fitted.features->names_out);
  CHECK(read.features->made == 3);
  CHECK(read.features->sources[0].one_to_one);
  CHECK(read.features->sources[1].through == fitted.features->sources[1].through);
  REQUIRE(read.values.size() == 3);
  CHECK(read.values[0].shape == std::vector<std::int64_t>{2, 3});
  CHECK((*read.values[0].values)[1] == Value(-2.0));
  CHECK((*read.values[0].values)[2] == Value());
  CHECK((*read.values[0].values)[3] == Value(infinity));
  CHECK((*read.values[0].values)[4] == Value(1e300));
  CHECK((*read.values[0].values)[5] == Value(5));
  CHECK(*read.values[1].values == std::vector<Value>{"yes \"no\"", true});
  CHECK(!read.values[2].values);
  CHECK(read.values[2].shape == std::vector<std::int64_t>{5000});
  CHECK(query.points(model, "loss").size() == 3);
  CHECK(query.node(model).metrics.front().value == 1.5);
  CHECK(!query.fitted(run.ref()).features);
}

TEST_CASE_FIXTURE(StoreFixture, "a list of names is stored once, and too long a one not at all") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  for (int i = 0; i < 3; ++i) fit(run, "m", table("X", 2, 2, {"a", "b"}), {.taken = 2, .names_in = {"a", "b"}});
  CHECK(number("SELECT count(*) FROM feature_list") == 1);
  CHECK(number("SELECT count(*) FROM feature") == 2);
  const std::vector<std::string> many(5000, "c");
  fit(run, "wide", table("X", 2, 2, {"a", "b"}), {.taken = 5000, .names_in = many});
  CHECK(number("SELECT count(*) FROM feature") == 2);
  CHECK(number("SELECT taken FROM features WHERE names_in IS NULL") == 5000);
}

TEST_CASE_FIXTURE(StoreFixture, "a column is followed through transformers to the models that used it") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Flow scaled = table("output", 4, 3);
  Flow kept = table("output", 5, 2);
  fit(run, "scale", table("X", 3, 3, {"age", "size", "height"}),
      {.taken = 3, .made = 3, .sources = {{.outs = 3, .ins = 3, .one_to_one = true}}}, &scaled);
  fit(run, "select", scaled,
      {.taken = 3,
       .made = 2,
       .sources = {{.in_pos = 0, .one_to_one = true}, {.out_pos = 1, .in_pos = 2, .one_to_one = true}}},
      &kept);
  fit(run, "svm", kept, {.taken = 2});
  const Query query = tracker.query();
  CHECK(uses(query, "age") == "scale:; select: scale; svm: scale select");
  CHECK(uses(query, "size") == "scale:");
  CHECK(uses(query, "height") == "scale:; select: scale; svm: scale select");
}

TEST_CASE_FIXTURE(StoreFixture, "a model with steps names those on the way") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const Flow input = table("X", 6, 2, {"age", "size"});
  Call whole = run.begin({.estimator = "pipeline", .inputs = {input}, .op = "fit"});
  const NodeRef scale = fit(run, "scale", input, {.taken = 2, .made = 2});
  const NodeRef last = fit(run, "svm", input, {.taken = 2, .after = scale});
  Features features{.taken = 2, .sources = {{.ins = 1, .through = {"prep"}}}};
  whole.end({.outputs = {{.slot = "model",
                          .kind = Kind::model,
                          .type = "pipeline",
                          .sources = {{scale, "object", "step:prep"}, {last, "object", "step:svm"}},
                          .fitted = says(features)}}});
  CHECK(uses(tracker.query(), "age") == "scale:; svm: scale; pipeline: scale");
  CHECK(uses(tracker.query(), "size") == "scale:; svm: scale");
}

TEST_CASE_FIXTURE(StoreFixture, "what came through a transformer that says nothing is assumed") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Flow made = table("output", 8, 4);
  fit(run, "strange", table("X", 7, 2, {"age", "size"}), {.taken = 2, .assumed = true}, &made);
  fit(run, "svm", made, {.taken = 4});
  CHECK(uses(tracker.query(), "age") == "strange:; svm?: strange");
  std::string message;
  CHECK(error_of([&] { tracker.query().uses_column("agee"); }, &message) == ErrorCode::not_found);
  CHECK(message.find("'agee'") != std::string::npos);
}
