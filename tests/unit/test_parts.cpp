#include <doctest/doctest.h>

#include <algorithm>

#include "store_fixture.hpp"

using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Query;
using mltrack::Run;

namespace {

/// A run with a model of its own and a part that holds another model and a sign of leakage.
struct Parts : StoreFixture {
  mltrack::Tracker tracker = open();
  Run whole = tracker.start_run({.project = "p", .experiment = "e", .name = "whole", .tags = {{"stage", "whole"}}});
  Run part = tracker.start_run(
      {.project = "p", .experiment = "e", .name = "part", .tags = {{"stage", "part"}}, .part_of = whole.uid()});

  Parts() {
    whole.log_fit({.estimator = "a.Outer"});
    const NodeRef data = part.log_node({.slot = "X", .type = "table"});
    const NodeRef inner = part.log_fit({.estimator = "a.Inner", .inputs = {{.slot = "X", .node = data}}});
    part.log_call(
        {.inputs = {{.slot = "model", .node = inner, .kind = Kind::model}, {.slot = "X", .node = data}}, .op = "score"},
        {});
    tracker.audit(part.uid(), {});
  }

  std::size_t count(Kind kind, const std::string& where) const {
    return tracker.query().page(kind, {.where = where}).nodes.size();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Parts, "alarms of a part are those of its run, and its own") {
  const Query query = tracker.query();
  REQUIRE(query.alarms().size() == 1);
  CHECK(query.alarms({.run = whole.uid().str()}).size() == 1);
  CHECK(query.alarms({.run = part.uid().str()}).size() == 1);
  CHECK(query.alarms({.where = "child_of('" + part.uid().str() + "')"}).size() == 1);
}

TEST_CASE_FIXTURE(Parts, "a part is named in filters as a run is") {
  CHECK(count(Kind::model, "child_of('" + whole.uid().str() + "')") == 2);
  CHECK(count(Kind::model, "child_of('" + part.uid().str() + "')") == 1);
  CHECK(count(Kind::model, "run = '" + whole.uid().str() + "'") == 2);
  CHECK(count(Kind::model, "run = '" + part.uid().str() + "'") == 1);
  CHECK(count(Kind::model, "run = 'whole'") == 2);
  CHECK(count(Kind::run, "run = '" + whole.uid().str() + "'") == 1);
}

TEST_CASE_FIXTURE(Parts, "an overview counts runs as they are listed") {
  tracker.start_run({.project = "p", .experiment = "e", .name = "other"}).finish();
  const mltrack::Table table = tracker.query().overview();
  const auto cell = [&](const std::string& project, const std::string& column) {
    const auto& names = table.columns.front().texts;
    const auto row = std::ranges::find(names, project) - names.begin();
    for (const auto& one : table.columns)
      if (one.name == column) return one.integers.at(static_cast<std::size_t>(row));
    return std::int64_t{-1};
  };
  CHECK(tracker.query().runs({.where = "project = 'p'"}).size() == 2);
  CHECK(cell("p", "runs") == 2);
}

TEST_CASE_FIXTURE(Parts, "a part's tags are not its run's") {
  CHECK(tracker.query().runs().front().tags.at("stage") == "whole");
  for (const std::vector<std::string>& fields : {std::vector<std::string>{}, {"name", "tags.stage"}}) {
    const mltrack::Table table = tracker.query().table(Kind::run, {.fields = fields});
    const auto stage = std::ranges::find(table.columns, "tags.stage", &mltrack::TableColumn::name);
    REQUIRE(stage != table.columns.end());
    CHECK(stage->texts == std::vector<std::string>{"whole"});
  }
}
