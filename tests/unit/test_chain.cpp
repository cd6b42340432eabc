#include <doctest/doctest.h>

#include "store_fixture.hpp"

TEST_CASE_FIXTURE(StoreFixture, "a pipeline is found over data that was derived in many steps") {
  mltrack::Tracker tracker = open();
  mltrack::Run run = tracker.start_run({.project = "p"});
  const mltrack::NodeRef raw = run.log_node({.slot = "", .type = "table"});
  const mltrack::NodeRef scaler = run.log_fit({.estimator = "some.Scaler", .inputs = {{.slot = "X", .node = raw}}});
  const mltrack::NodeRef data = run.log_call(
      {.inputs = {{.slot = "model", .node = scaler, .kind = mltrack::Kind::model}, {.slot = "X", .node = raw}},
       .op = "transform"},
      {.outputs = {{.slot = "output", .type = "table"}}});
  run.log_node({.slot = "", .type = "table", .sources = {{data}}});
  run.finish();
  mltrack::sqlite::Connection(path, mltrack::sqlite::Mode::write, 1000).script(R"(
    CREATE TEMP TABLE step AS SELECT dst, src, slot, via, (SELECT seq FROM node WHERE id = dst) AS seq,
      (SELECT run FROM node WHERE id = dst) AS run FROM edge ORDER BY dst DESC LIMIT 1;
    CREATE TEMP TABLE more AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
      SELECT i FROM n;
    INSERT INTO node (id, run, seq, kind) SELECT dst + i, run, seq + i, 'dataset' FROM step, more;
    INSERT INTO edge (dst, src, slot, via) SELECT dst + i, dst + i - 1, slot, via FROM step, more;
  )");
  mltrack::Run later = tracker.start_run({.project = "p"});
  const mltrack::NodeRef last{run.uid(), number("SELECT max(seq) FROM node")};
  const mltrack::NodeRef model = later.log_fit({.estimator = "some.Model", .inputs = {{.slot = "X", .node = last}}});
  const mltrack::Chain chain = tracker.query().pipeline(model);
  REQUIRE(chain.before.size() == 1);
  CHECK(chain.before[0].model.ref == scaler.str());
}
