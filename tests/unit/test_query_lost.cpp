#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <mltrack/tracker.hpp>

#include "store/liveness.hpp"

namespace mltrack {

namespace fs = std::filesystem;

TEST_CASE("a run whose process is gone is lost") {
  const fs::path path = fs::temp_directory_path() / ("mltrack-lost-" + Uid::random().str() + ".db");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Tracker tracker = Tracker::open(path);
    Run run = tracker.start_run({.name = "child"});
    CallInfo info{.estimator = "a.Model"};
    Call call = run.begin_fit(info);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  Tracker tracker = Tracker::open(path);
  Run run = tracker.start_run({.name = "own"});
  const Query query = tracker.query();
  const std::vector<Node> runs = query.runs({.order_by = "name"});
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].status == "lost");
  CHECK(runs[1].status == "running");
  CHECK(query.runs({.where = "status = 'lost'"}).size() == 1);
  CHECK(query.runs({.where = "status = 'running'"}).size() == 1);
  REQUIRE(query.calls().size() == 1);
  CHECK(query.calls()[0].status == "lost");
  CHECK(query.calls({.where = "status = 'lost'"}).size() == 1);
  tracker.close();
  fs::remove(path);
}

TEST_CASE("liveness of processes") {
  const store::Process self = store::this_process();
  CHECK(self.pid == getpid());
  CHECK(self.pid_started > 0);
  CHECK(store::alive(self));
  store::Process other = self;
  other.pid_started += 1;
  CHECK_FALSE(store::alive(other));
  other = self;
  other.boot_id = "another boot";
  CHECK_FALSE(store::alive(other));
  other.host = "another host";
  CHECK(store::alive(other));
  CHECK(store::alive({}));

  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  REQUIRE(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(store::alive({self.host, self.boot_id, child, 0}));  // a zombie
  waitpid(child, nullptr, 0);
  CHECK_FALSE(store::alive({self.host, self.boot_id, child, 0}));
}

}  // namespace mltrack
