#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <thread>

#include "store/objects.hpp"
#include "store_fixture.hpp"

using mltrack::ErrorCode;
using mltrack::Run;
using mltrack::RunStatus;
using mltrack::Tracker;
using mltrack::Value;

TEST_CASE_FIXTURE(StoreFixture, "a run knows where it belongs") {
  Tracker tracker = open();
  Run run =
      tracker.start_run({.project = "penguins", .experiment = "baseline", .name = "first", .tags = {{"team", "a"}}});
  CHECK(run.project() == "penguins");
  CHECK(run.experiment() == "baseline");
  CHECK(run.ref().seq == 0);
  CHECK(text("SELECT p.name || '/' || e.name || '/' || r.name || '/' || r.status FROM run r JOIN experiment e ON e.id "
             "= r.experiment"
             " JOIN project p ON p.id = e.project") == "penguins/baseline/first/running");
  CHECK(text("SELECT value FROM tag WHERE key = 'team'") == "a");
  Run plain = tracker.start_run();
  CHECK(plain.project() == "default");
  CHECK(plain.name() == "run-" + plain.uid().str().substr(0, 8));
  CHECK(error_of([&] { tracker.start_run({.project = "a/b"}); }) == ErrorCode::invalid_argument);
}

TEST_CASE_FIXTURE(StoreFixture, "how a run ends") {
  Tracker tracker = open();
  const auto status = [&] { return text("SELECT status FROM run"); };
  SUBCASE("finished when asked") {
    Run run = tracker.start_run();
    run.finish();
    CHECK(status() == "finished");
    CHECK(error_of([&] { run.log_metric("m", 1); }) == ErrorCode::wrong_state);
    run.finish();  // changes nothing
  }
  SUBCASE("finished when the handle goes") {
    { const Run run = tracker.start_run(); }
    CHECK(status() == "finished");
  }
  SUBCASE("failed when an exception passes") {
    try {
      const Run run = tracker.start_run();
      throw std::runtime_error("x");
    } catch (const std::runtime_error&) {
    }
    CHECK(status() == "failed");
  }
  SUBCASE("running when detached, and attached again") {
    Run run = tracker.start_run();
    const mltrack::Uid uid = run.uid();
    run.detach();
    CHECK(status() == "running");
    Run again = tracker.attach(uid);
    again.log_metric("m", 1);
    again.finish(RunStatus::interrupted);
    CHECK(status() == "interrupted");
    CHECK(error_of([&] { tracker.attach(uid); }) == ErrorCode::wrong_state);
    CHECK(error_of([&] { tracker.attach(mltrack::Uid::random()); }) == ErrorCode::not_found);
  }
  SUBCASE("not with a status that is no end") {
    Run run = tracker.start_run();
    CHECK(error_of([&] { run.finish(RunStatus::lost); }) == ErrorCode::invalid_argument);
    CHECK(status() == "running");
  }
}

TEST_CASE_FIXTURE(StoreFixture, "metrics keep their last value and their series") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  run.log_metric("loss", 3.0);
  run.log_metric("loss", 2.0);
  run.log_metric("loss", 1.0, {.step = 10});
  run.log_metric("loss", -0.0, {.step = 10});
  CHECK(text("SELECT group_concat(step || ':' || nth || ':' || value, ' ') FROM point") ==
        "0:0:3.0 1:0:2.0 10:0:1.0 10:1:0.0");
  CHECK(number("SELECT points FROM metric") == 4);
  run.log_metric("nan", std::numeric_limits<double>::quiet_NaN());
  run.log_metric("inf", -std::numeric_limits<double>::infinity());
  CHECK(number("SELECT value IS NULL FROM metric m JOIN name n ON n.id = m.name WHERE n.text = 'nan'") == 1);
  CHECK(text("SELECT value FROM metric m JOIN name n ON n.id = m.name WHERE n.text = 'inf'") == "-Inf");
  mltrack::sqlite::Connection connection(path, mltrack::sqlite::Mode::read, 0);
  auto row = connection.prepare("SELECT value FROM metric m JOIN name n ON n.id = m.name WHERE n.text = 'loss'");
  REQUIRE(row.step());
  CHECK(std::signbit(row.real(0)));
}

TEST_CASE_FIXTURE(StoreFixture, "one metric per subject and dataset") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto model = run.log_model({.estimator = "m"});
  const auto train = run.log_model({.estimator = "d1"});
  run.log_metric("loss", 1, {.subject = model, .dataset = train});
  run.log_metric("loss", 2, {.subject = model});
  run.log_metric("loss", 3, {.subject = model, .dataset = train});
  CHECK(number("SELECT count(*) FROM metric") == 2);
  CHECK(error_of([&] {
          run.log_metric("loss", 1, {.subject = mltrack::NodeRef{run.uid(), 99}});
        }) == ErrorCode::not_found);
  CHECK(number("SELECT count(*) FROM point") == 3);
}

TEST_CASE_FIXTURE(StoreFixture, "a parameter is given once") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  run.log_params(
      {{"C", 2.0}, {"kernel", "rbf"}, {"big", Value::big_integer("1180591620717411303424")}, {"none", nullptr}});
  run.log_param("C", 2.0);
  std::string message;
  CHECK(error_of([&] { run.log_param("C", 3.0); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("'C'") != std::string::npos);
  CHECK(number("SELECT count(*) FROM run_param") == 4);
  CHECK(text("SELECT exact FROM run_param p JOIN name n ON n.id = p.name WHERE n.text = 'big'") ==
        "1180591620717411303424");
}

TEST_CASE_FIXTURE(StoreFixture, "a refused batch of parameters writes none") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  run.log_param("b", 1);
  CHECK(error_of([&] { run.log_params({{"a", 1}, {"b", 2}}); }) == ErrorCode::invalid_argument);
  CHECK(number("SELECT count(*) FROM run_param") == 1);
  run.log_param("a", 1);  // what the rolled back change had learnt must not be believed
  CHECK(text("SELECT group_concat(n.text) FROM run_param p JOIN name n ON n.id = p.name ORDER BY 1") == "b,a");
}

TEST_CASE_FIXTURE(StoreFixture, "tags and notes hang on runs and nodes, the last tag counts") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto model = run.log_model({.estimator = "m"});
  run.set_tag("stage", "test");
  run.set_tag("stage", "prod");
  run.set_tag("stage", "model", model);
  run.log_note("looks good", model, "me");
  CHECK(text("SELECT group_concat(value, ' ') FROM (SELECT value FROM tag ORDER BY node)") == "prod model");
  CHECK(text("SELECT author || ': ' || text FROM note") == "me: looks good");
  CHECK(error_of([&] { run.set_tag("", "x"); }) == ErrorCode::invalid_argument);
}

TEST_CASE_FIXTURE(StoreFixture, "small files go into the store, large ones beside it") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto small = folder / "small.txt";
  const auto large = folder / "large.bin";
  std::ofstream(small) << "hello\n";
  std::ofstream(large, std::ios::binary) << std::string(mltrack::store::inline_object_limit + 1, 'x');
  run.log_artifact({.path = small, .media_type = "text/plain"});
  run.log_artifact({.path = large});
  run.log_artifact({.path = small});  // the same file again is the same node
  CHECK(number("SELECT count(*) FROM node WHERE kind = 'artifact'") == 2);
  CHECK(text("SELECT hex(digest) FROM content WHERE bytes = 6") ==
        "5891B5B522D5DF086D0FF0B110FBD9D21BB4FC7163AF34D08286A2E846F6BE03");
  const auto read =
      tracker.read_object(mltrack::Digest::parse("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"));
  CHECK(std::string(read.begin(), read.end()) == "hello\n");
  const auto large_digest = mltrack::digest_file(large).sha256;
  CHECK(tracker.read_object(large_digest).size() == mltrack::store::inline_object_limit + 1);
  const auto object = folder / "mltrack.db.objects" / large_digest.hex().substr(0, 2) / large_digest.hex();
  std::ofstream(object, std::ios::binary) << "changed";
  CHECK(error_of([&] { tracker.read_object(large_digest); }) == ErrorCode::damaged);
  std::filesystem::remove(object);
  CHECK(error_of([&] { tracker.read_object(large_digest); }) == ErrorCode::not_found);
  CHECK(error_of([&] { run.log_artifact({.path = folder / "none"}); }) == ErrorCode::not_found);
}

TEST_CASE_FIXTURE(StoreFixture, "a batch commits at 500 events, before a call, and when it goes") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const auto points = [&] { return number("SELECT count(*) FROM point"); };
  {
    mltrack::Batch batch = run.batch();
    for (int i = 0; i < 499; ++i) batch.log_metric("loss", i);
    CHECK(points() == 0);
    batch.log_metric("loss", 499);
    CHECK(points() == 500);
    batch.log_metric("loss", 500);
    batch.set_tag("k", "v");
    batch.log_param("p", 1);
    run.begin({.op = "fit"}).end();
    CHECK(points() == 501);
    batch.log_metric("loss", 501);
  }
  CHECK(points() == 502);
  CHECK(number("SELECT points FROM metric") == 502);
  CHECK(number("SELECT count(*) FROM tag") + number("SELECT count(*) FROM run_param") == 2);
}

TEST_CASE_FIXTURE(StoreFixture, "a forked child does not write its parent's batch again") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  {
    mltrack::Batch batch = run.batch();
    batch.log_metric("loss", 1);
    const pid_t child = ::fork();
    if (child == 0) {
      batch.flush();
      batch.log_metric("child", 1);
      batch.flush();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
  }
  CHECK(
      text("SELECT group_concat(n.text || m.points, ' ') FROM metric m JOIN name n ON n.id = m.name ORDER BY n.text") ==
      "child1 loss1");
}

TEST_CASE_FIXTURE(StoreFixture, "threads share a run") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        run.log_metric("m" + std::to_string(t), i);
        run.log_fit({.estimator = "e"});
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(number("SELECT count(*) FROM point") == 200);
  CHECK(number("SELECT count(*) FROM node WHERE kind = 'model'") == 200);
  CHECK(number("SELECT max(seq) + 1 - count(*) FROM node WHERE run IS NOT NULL") == 0);  // no gap, no double
}

TEST_CASE_FIXTURE(StoreFixture, "several processes write one run") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  for (int p = 0; p < 4; ++p)
    if (::fork() == 0) {
      int code = 1;
      try {
        Run mine = Tracker::open(path).attach(run.uid());
        for (int i = 0; i < 25; ++i) mine.log_fit({.estimator = "e" + std::to_string(p)});
        mine.detach();
        code = 0;
      } catch (const std::exception&) {
      }
      ::_exit(code);
    }
  int failures = 0;
  for (int p = 0; p < 4; ++p) {
    int status = 0;
    ::wait(&status);
    failures += status != 0;
  }
  CHECK(failures == 0);
  CHECK(number("SELECT count(*) FROM node WHERE kind = 'model'") == 100);
  CHECK(number("SELECT max(seq) FROM node") == 200);
}
