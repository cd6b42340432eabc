#include <doctest/doctest.h>

#include <fstream>

#include "store_fixture.hpp"

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
