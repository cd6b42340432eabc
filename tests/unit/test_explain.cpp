#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>

#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "ask/alignment.hpp"
#include "ask/causes.hpp"
#include "store_fixture.hpp"

namespace mltrack {

namespace {

using Keys = std::vector<std::uint64_t>;

/// By the table of all prefixes.
std::size_t longest(const Keys& a, const Keys& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j)
      best[i][j] = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
  return best[a.size()][b.size()];
}

void check_common(const Keys& a, const Keys& b) {
  const auto [places, complete] = ask::common_places(a, b);
  CHECK(complete);
  REQUIRE(places.size() == longest(a, b));
  for (std::size_t i = 0; i < places.size(); ++i) {
    CHECK(a[places[i].first] == b[places[i].second]);
    if (i > 0) CHECK((places[i - 1].first < places[i].first && places[i - 1].second < places[i].second));
  }
}

Flow data(const char* slot, double first) {
  std::vector<double> values(20);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first * static_cast<double>(i * i % 7);
  return data_flow(slot, {.columns = {{Numbers{values.data(), values.size()}, "x"}}});
}

/// Runs a chain of calls, each of which takes what the one before gave.
NodeRef chain(Tracker& tracker, const std::vector<double>& params, double start = 1) {
  Run run = tracker.start_run({.project = "p"});
  Flow flow = data("X", start);
  for (const double param : params) {
    Call call = run.begin({.estimator = "some.Step", .params = {{"by", param}}, .inputs = {flow}, .op = "transform"});
    start *= param;
    flow = Flow{.slot = "X", .node = call.end({.outputs = {data("output", start + 2)}})};
  }
  const NodeRef ref = run.ref();
  run.finish();
  return ref;
}

}  // namespace

TEST_CASE("common places are the longest common sequence") {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    Keys a(random() % 20);
    Keys b(random() % 20);
    for (auto* keys : {&a, &b})
      for (auto& key : *keys) key = random() % 4;
    check_common(a, b);
  }
}

TEST_CASE("the beginning and the end are common where the rest is too different") {
  Keys a(6'000);
  Keys b(6'000);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = i;
    b[i] = i < 10 || i > 5'990 ? i : 6'000 - i;
  }
  CHECK(ask::common_places(a, b).places.size() == 19);
  CHECK_FALSE(ask::common_places(a, b).complete);
}

TEST_CASE("a parameter is one cause, and what follows from it is none") {
  const StoreFixture place;
  Tracker tracker = place.open();
  const NodeRef a = chain(tracker, {2, 3, 5, 7});
  const NodeRef b = chain(tracker, {2, 4, 5, 7});
  const Explanation found = tracker.query().explain(a, b);
  REQUIRE(found.causes.size() == 1);
  CHECK(found.causes[0].kind == "param");
  CHECK(found.causes[0].name == "by");
  CHECK(found.causes[0].a == "3.0");
  CHECK(found.causes[0].b == "4.0");
  CHECK(found.aligned == 4);
  REQUIRE(found.call_a);
  CHECK(found.causes[0].call_a == found.call_a->ref);
  CHECK(tracker.query().explain(a, chain(tracker, {2, 3, 5, 7})).causes.empty());
}

TEST_CASE("a call that was inserted leaves the others aligned") {
  const StoreFixture place;
  Tracker tracker = place.open();
  const NodeRef a = chain(tracker, {2, 3, 5, 7});
  const NodeRef b = chain(tracker, {2, 3, 11, 5, 7});
  const Explanation found = tracker.query().explain(a, b);
  REQUIRE(found.causes.size() == 1);
  CHECK(found.causes[0].kind == "step");
  CHECK_FALSE(found.causes[0].a);
  CHECK(found.aligned == 4);
  CHECK_FALSE(found.call_a);
  CHECK(found.call_b);
}

TEST_CASE("other values without a recorded reason are said to have none") {
  const StoreFixture place;
  Tracker tracker = place.open();
  const Explanation found = tracker.query().explain(chain(tracker, {2, 3}), chain(tracker, {2, 3}, 1.5));
  REQUIRE(found.causes.size() == 1);
  CHECK(found.causes[0].kind == "values");
  CHECK_THROWS_AS(tracker.query().explain("p", "p"), Error);
}

TEST_CASE("each parameter that changed is named, but not again for what it is passed on to") {
  const StoreFixture place;
  Tracker tracker = place.open();
  const auto study = [&](double C, int seed) {
    Run run = tracker.start_run({.project = "p"});
    const auto done = [&](const char* estimator, const char* op, Params params, const CallRef& parent = {}) {
      run.begin({.estimator = estimator, .params = std::move(params), .parent = parent, .op = op}).end({});
    };
    done("train_test_split", "split", {{"random_state", seed}});
    Call voting = run.begin({.estimator = "some.Voting", .params = {{"lr__C", C}, {"svc__C", C}}, .op = "fit"});
    done("some.Logistic", "fit", {{"C", C}}, voting.ref());
    done("some.SVC", "fit", {{"C", C}}, voting.ref());
    voting.end({});
    done("some.Forest", "fit", {{"random_state", seed}});
    for (int i = 0; i < 3; ++i) done("some.Logistic", "fit", {{"C", C}});
    run.finish();
    return run.ref();
  };
  const Explanation found = tracker.query().explain(study(1, 0), study(10, 1));
  std::vector<std::string> texts;
  for (const Cause& cause : found.causes) texts.push_back(cause.text.substr(0, cause.text.find(" is ")));
  CHECK(texts == std::vector<std::string>{"train_test_split: random_state", "Voting.fit: lr__C", "Voting.fit: svc__C",
                                          "Forest.fit: random_state", "Logistic.fit: C"});
}

TEST_CASE("calls in orders too different to pair them are no causes but a note") {
  const StoreFixture place;
  Tracker tracker = place.open();
  constexpr int calls = 1'010;
  const auto study = [&](const std::function<bool(int)>& fits) {
    Run run = tracker.start_run({.project = "p"});
    for (int i = 0; i < 2 * calls; ++i)
      run.log_call({.estimator = "some.Model", .op = fits(i) ? "fit" : "predict"}, {});
    run.finish();
    return run.ref();
  };
  const NodeRef alternating = study([](int i) { return i % 2 == 0; });
  const NodeRef grouped = study([&](int i) { return i < calls; });
  const Explanation found = tracker.query().explain(alternating, grouped);
  CHECK(found.causes.empty());
  CHECK(found.aligned == 2);
  CHECK(found.call_a.has_value());
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0] ==
        "2018 calls of the first and 2018 of the second stand in orders too different to pair them and were not "
        "compared");
}

TEST_CASE("equal values with names and without are told by the names, or by their form") {
  const StoreFixture place;
  Tracker tracker = place.open();
  std::vector<double> values(20);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i * i % 7);
  const Numbers numbers{values.data(), values.size()};
  const auto study = [&](const DatasetView& data) {
    Run run = tracker.start_run({.project = "p"});
    run.log_fit({.estimator = "some.Model", .inputs = {data_flow("X", data)}});
    run.finish();
    return run.ref();
  };
  const Explanation named =
      tracker.query().explain(study({.columns = {{numbers}}}), study({.columns = {{numbers, "mass"}}}));
  REQUIRE(named.causes.size() == 1);
  CHECK(named.causes[0].kind == "columns");
  CHECK(named.causes[0].b == "mass");
  CHECK(named.causes[0].text == "X of Model.fit: the column #0 was renamed to mass.");
  const ask::TableDifference equal{.rows_a = 2, .rows_b = 2, .columns_a = 1, .columns_b = 1};
  CHECK(ask::values_cause(equal, "X").text == "X has the same values in another form.");
}

TEST_CASE("long and much branched derivations are followed once") {
  const StoreFixture place;
  Tracker tracker = place.open();
  const auto derived = [](Run& run, std::vector<NodeRef> from) {
    Flow flow{.slot = "", .type = "table"};
    for (const NodeRef& node : from) flow.sources.push_back({node});
    return run.log_node(flow);
  };
  const auto study = [&](double start, bool more, int steps, bool branched) {
    Run run = tracker.start_run({.project = "p"});
    NodeRef one = run.log_node(data("", start));
    NodeRef two = run.log_node(data("", start + 1));
    for (int i = 0; i < steps; ++i) {
      const NodeRef next = branched ? derived(run, {one, two}) : derived(run, {one});
      two = branched ? derived(run, {one, two}) : next;
      one = next;
    }
    // The branch that a call made is looked at last.
    const NodeRef last =
        more ? run.log_call({.estimator = "some.Model", .op = "predict"}, {.outputs = {data("output", start + 2)}})
             : run.log_node(data("", start + 2));
    one = derived(run, {one, last});
    run.finish();
    return one;
  };
  for (const auto& [steps, branched] : {std::pair(40, true), std::pair(10'000, false)}) {
    const NodeRef a = study(1, false, steps, branched);
    const NodeRef b = study(20, true, steps, branched);
    const Explanation found = tracker.query().explain(a, b);
    CHECK_FALSE(found.causes.empty());
    CHECK(found.call_b.has_value());
  }
}

TEST_CASE("several runs stand side by side") {
  const StoreFixture place;
  Tracker tracker = place.open();
  std::vector<Ref> refs;
  for (const double rate : {1.0, 1.0, 2.0}) {
    Run run = tracker.start_run({.project = "p"});
    run.log_params({{"rate", rate}, {"depth", 3}});
    refs.emplace_back(run.ref());
    run.finish();
  }
  const Table table = tracker.query().compare(refs, true);
  REQUIRE(table.columns.size() == 5);
  REQUIRE(table.rows() == 1);
  CHECK(table.columns[1].texts[0] == "rate");
  CHECK(table.columns[4].texts[0] == "2.0");
  CHECK(tracker.query().compare(refs).rows() > 1);
}

}  // namespace mltrack
