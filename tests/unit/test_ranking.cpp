#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "columns.hpp"
#include "store_fixture.hpp"

using mltrack::ErrorCode;
using mltrack::Flow;
using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Ranking;
using mltrack::Run;

namespace {

Flow rows_of(const char* slot, double first) {
  std::vector<double> values(20);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i * 7919 % 101);
  return mltrack::data_flow(slot, {.columns = {{mltrack::Numbers{values.data(), values.size()}, "x"}}});
}

/// Two runs that split the same rows into train and holdout, each with a model measured on its own node of both.
struct Ranked : StoreFixture {
  mltrack::Tracker tracker = open();
  std::vector<NodeRef> models;
  std::vector<NodeRef> holdouts;
  NodeRef run_node;

  Ranked() {
    std::ofstream(folder / "held.csv") << "x\n1\n";
    for (const double auc : {0.7, 0.9}) study(auc);
  }

  void study(double auc) {
    Run run = tracker.start_run({.project = "holdout", .experiment = "e"});
    run_node = run.ref();
    mltrack::Call split = run.begin_split({.estimator = "split", .inputs = {rows_of("array[0]", 0)}});
    split.end({.outputs = {rows_of("X_train", 1), rows_of("X_holdout", 2)}});
    const NodeRef train = split.outputs()[0];
    holdouts.push_back(split.outputs()[1]);
    models.push_back(run.log_fit({.estimator = "a.Model", .inputs = {{.slot = "X", .node = train}}}));
    run.log_metric("auc", auc, {.subject = models.back(), .dataset = holdouts.back()});
    run.log_metric("auc", 1.5 - auc, {.subject = models.back(), .dataset = train});
    std::vector<double> values(20);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 5 + static_cast<double>(i * 7919 % 101);
    const NodeRef read = run.log_read(
        folder / "held.csv", {.name = "held", .columns = {{mltrack::Numbers{values.data(), values.size()}, "x"}}});
    run.log_metric("auc", auc / 2, {.subject = models.back(), .dataset = read});
    run.finish();
  }

  std::vector<double> ranked(const std::string& on) const {
    return tracker.query().rank({.metric = "auc", .on = on}).columns.at(at(on)).numbers;
  }
  std::size_t at(const std::string& on) const {
    const auto table = tracker.query().rank({.metric = "auc", .on = on});
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].name == "auc") return i;
    return table.columns.size();
  }
};

using Values = std::vector<double>;

}  // namespace

TEST_CASE_FIXTURE(Ranked, "models are ranked on what a filter would take for measured on") {
  CHECK(ranked("holdout") == Values{0.9, 0.7});
  CHECK(ranked("train") == Values{0.8, 0.6});
  CHECK(ranked(holdouts[0].str()) == Values{0.9, 0.7});
  CHECK(ranked((folder / "held.csv").string()) == Values{0.45, 0.35});
  std::string message;
  CHECK(error_of([&] { ranked(run_node.str()); }, &message) == ErrorCode::bad_filter);
  CHECK(message.find("names a run; a metric is measured on a dataset") != std::string::npos);
  CHECK(error_of([&] { ranked(models[0].str()); }) == ErrorCode::bad_filter);
  CHECK(error_of([&] { ranked("validation"); }, &message) == ErrorCode::not_found);
  CHECK(message.find("no model has the metric 'auc' on 'validation'") != std::string::npos);
}

TEST_CASE("parameters that are NaN on both sides do not differ") {
  const StoreFixture place;
  auto tracker = place.open();
  Run run = tracker.start_run({});
  const auto fit = [&](double strategy) {
    return run.log_fit({.estimator = "a.Imputer", .params = {{"missing_values", std::nan("")}, {"by", strategy}}});
  };
  const NodeRef one = fit(1);
  const NodeRef two = fit(2);
  const auto table = tracker.query().compare_params({one, two}, true);
  CHECK(table.columns.at(0).texts == std::vector<std::string>{"by"});
  CHECK(tracker.query().compare_params({one, two}).rows() == 2);
}
