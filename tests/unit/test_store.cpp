#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "sqlite/connection.hpp"
#include "store/read_rows.hpp"
#include "store_fixture.hpp"

using mltrack::Batch;
using mltrack::ErrorCode;
using mltrack::Run;
using mltrack::RunStatus;
using mltrack::Tracker;

namespace {

/// The exit code of a child that runs `body`; a hang and an exception are failures.
template <class Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    try {
      body();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "what a batch gathered survives an event that the store refuses") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  run.log_param("p", 1);
  Batch batch = run.batch();
  batch.log_metric("loss", 1);
  batch.log_param("p", 2);
  batch.log_metric("loss", 2, {.subject = {mltrack::Uid::random(), 3}});
  batch.log_metric("loss", 3);
  run.log_fit({.estimator = "e"});  // is not to blame
  CHECK(tracker.query().runs().size() == 1);
  CHECK(number("SELECT count(*) FROM point") == 2);
  std::string message;
  CHECK(error_of([&] { batch.log_metric("loss", 4); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("'p'") != std::string::npos);
  batch.flush();
  CHECK(number("SELECT count(*) FROM point") == 3);
  run.finish();
  CHECK(run.status() == RunStatus::finished);
}

TEST_CASE_FIXTURE(StoreFixture, "a child can use the store though a thread was busy with a batch when it forked") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    Batch batch = run.batch();
    while (!stop) batch.log_metric("parent", 1);
  });
  int failures = 0;
  for (int i = 0; i < 20; ++i) failures += in_child([&] { run.log_metric("child", i); }) != 0;
  stop = true;
  writer.join();
  CHECK(failures == 0);
}

TEST_CASE_FIXTURE(StoreFixture, "a child can open a store though a thread was closing one when it forked") {
  const auto other = folder / "other.db";
  std::atomic<bool> stop{false};
  std::thread closer([&] {
    while (!stop) Tracker::open(other).start_run().finish();
  });
  int failures = 0;
  for (int i = 0; i < 20; ++i) failures += in_child([&] { open().start_run().finish(); }) != 0;
  stop = true;
  closer.join();
  CHECK(failures == 0);
}

TEST_CASE_FIXTURE(StoreFixture, "a run that another process left can be taken up, and is then no longer lost") {
  mltrack::Uid uid = mltrack::Uid::random();
  {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    CHECK(in_child([&] {
            Run run = open().start_run();
            run.detach();
            if (::write(pipe_ends[1], run.uid().bytes.data(), 16) != 16) ::_exit(1);
          }) == 0);
    REQUIRE(::read(pipe_ends[0], uid.bytes.data(), 16) == 16);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
  }
  Tracker tracker = open();
  CHECK(tracker.query().runs().front().status == "lost");
  { Run run = tracker.attach(uid); }
  CHECK(tracker.query().runs().front().status == "running");  // an attached handle ends nothing by going away
}

TEST_CASE_FIXTURE(StoreFixture, "the first end of a run counts") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  Run same = tracker.attach(run.uid());
  run.finish(RunStatus::failed);
  same.finish(RunStatus::finished);
  CHECK(same.status() == RunStatus::failed);
  CHECK(text("SELECT status FROM run") == "failed");
}

TEST_CASE_FIXTURE(StoreFixture, "no file of an open store is ever opened but by SQLite") {
  const auto other = folder / "other.db";
  Tracker second = Tracker::open(other);
  Run keep = second.start_run();  // its log and its shared memory are there
  Tracker tracker = open();
  Run run = tracker.start_run();
  for (const std::string& name : {path.string(), other.string(), other.string() + "-wal", other.string() + "-shm"}) {
    REQUIRE(std::filesystem::exists(name));
    CHECK(error_of([&] { run.log_artifact({.path = name}); }) == ErrorCode::invalid_argument);
    CHECK(error_of([&] { run.log_read(name, {}); }) == ErrorCode::invalid_argument);
    CHECK(error_of([&] { tracker.query().node(name); }) == ErrorCode::invalid_argument);
  }
}

TEST_CASE_FIXTURE(StoreFixture, "a call waits for another writer no longer than it was told to") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  mltrack::Call call = run.begin({.op = "fit", .wait_ms = 50});
  mltrack::sqlite::Connection other(path, mltrack::sqlite::Mode::write, 1000);
  const mltrack::sqlite::Transaction lock(other, mltrack::sqlite::Transaction::Type::write);
  const auto began = std::chrono::steady_clock::now();
  CHECK(error_of([&] { run.begin({.op = "fit", .wait_ms = 50}); }) == ErrorCode::busy);
  CHECK(error_of([&] { call.end(); }) == ErrorCode::busy);
  CHECK(error_of([&] { call.fail("E", "e"); }) == ErrorCode::busy);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

TEST_CASE_FIXTURE(StoreFixture, "a reading that breaks off does not hold back the next one") {
  using mltrack::sqlite::Connection;
  using mltrack::sqlite::Mode;
  using mltrack::sqlite::Transaction;
  Tracker tracker = open();
  tracker.start_run();
  tracker.start_run();
  Connection reader(path, Mode::read, 1000);
  const auto runs = [&] { return reader.integer("SELECT count(*) FROM run"); };
  const auto break_off = [&] {
    const Transaction snapshot(reader, Transaction::Type::read);
    mltrack::store::each(reader, "SELECT id FROM run", [](const auto&) { throw std::runtime_error("enough"); });
  };
  CHECK_THROWS_AS(break_off(), std::runtime_error);
  tracker.start_run();
  const Transaction snapshot(reader, Transaction::Type::read);
  CHECK(runs() == 3);
}
