#include <doctest/doctest.h>

#include <fstream>

#include "store_fixture.hpp"

TEST_CASE("every answer that has notes says when a file is no longer what the store saw") {
  const StoreFixture here;
  auto tracker = here.open();
  const auto file = here.folder / "data.csv";
  std::ofstream(file) << "x";
  mltrack::Run run = tracker.start_run({});
  const std::vector<double> values(10);
  const auto frame = run.log_read(
      file, {.name = "frame", .columns = {{mltrack::Numbers{.data = values.data(), .rows = values.size()}, "x"}}});
  std::ofstream(here.folder / "other.csv") << "z";
  const auto other = run.log_artifact({.path = here.folder / "other.csv"});
  const auto model = run.log_fit({.estimator = "a.Model", .inputs = {{.slot = "X", .node = frame}}});
  run.log_metric("auc", 1, {.subject = model, .dataset = frame});
  run.finish();
  std::ofstream(file) << "y";
  const std::string text = file.string();
  const auto query = tracker.query();
  const auto noted = [&](const std::vector<std::string>& notes) {
    return notes.size() == 1 && notes[0].find("has changed since the store saw it") != std::string::npos;
  };
  CHECK(noted(query.descendants(text).notes));
  CHECK(noted(query.compare(text, other).notes));
  CHECK(noted(query.compare(std::vector<mltrack::Ref>{text, other}, true).notes));
  CHECK(noted(query.explain(text, text).notes));
  CHECK(noted(query.rank({.metric = "auc", .on = text}).notes));
  CHECK(noted(query.table(mltrack::Kind::model, {.where = "derived_from('" + text + "')"}).notes));
}

TEST_CASE("a changed file stands for what was seen at its place last, not for what came up there last") {
  const StoreFixture here;
  auto tracker = here.open();
  const auto file = here.folder / "data.csv";
  std::string newest;
  for (const char* text : {"one", "two", "one"}) {
    std::ofstream(file) << text;
    mltrack::Run run = tracker.start_run({});
    newest = run.log_artifact({.path = file}).str();
    run.finish();
  }
  std::ofstream(file) << "three";
  CHECK(tracker.query().node(file.string()).ref == newest);
  std::filesystem::remove(file);
  CHECK(tracker.query().node(file.string()).ref == newest);
}
