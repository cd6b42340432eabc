#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "store_fixture.hpp"

namespace fs = std::filesystem;
using mltrack::ErrorCode;
using mltrack::Tracker;

namespace {

bool says(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

void write_file(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "opening makes a store that only its owner can read") {
  const Tracker tracker = open();
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(number("PRAGMA user_version") == mltrack::schema_version());
  CHECK(text("PRAGMA journal_mode") == "wal");
  CHECK(tracker.path() == path);
  CHECK(number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%' AND name NOT LIKE "
               "'sqlite_%'") == 0);
}

TEST_CASE_FIXTURE(StoreFixture, "a store is not made where none may be") {
  CHECK(error_of([&] { Tracker::open(path, {.read_only = true}); }) == ErrorCode::not_found);
  CHECK(error_of([&] { Tracker::open(path, {.create = false}); }) == ErrorCode::not_found);
  CHECK_FALSE(fs::exists(path));
  std::string message;
  CHECK(error_of([&] { Tracker::open(folder / "missing" / "m.db"); }, &message) == ErrorCode::io);
  CHECK(says(message, "a folder that exists"));
}

TEST_CASE_FIXTURE(StoreFixture, "files that are no store are refused by name and left alone") {
  std::string message;
  SUBCASE("empty") {
    write_file(path, "");
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::not_a_store);
    CHECK(says(message, "is empty"));
  }
  SUBCASE("text") {
    write_file(path, std::string(5000, 'x'));
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::not_a_store);
    CHECK(says(message, "no SQLite file"));
    CHECK(fs::file_size(path) == 5000);
  }
  SUBCASE("another program's database") {
    mltrack::sqlite::Connection(path, mltrack::sqlite::Mode::create, 0).script("CREATE TABLE t (a)");
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::not_a_store);
    CHECK(says(message, "application id"));
  }
  SUBCASE("newer") {
    open().close();
    mltrack::sqlite::Connection(path, mltrack::sqlite::Mode::write, 0).script("PRAGMA user_version = 99");
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::too_new);
    CHECK(says(message, "99"));
  }
  SUBCASE("damaged") {
    open().close();
    fs::resize_file(path, fs::file_size(path) / 2);
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::damaged);
  }
  SUBCASE("folder") {
    fs::create_directories(path);
    CHECK(error_of([&] { open(); }, &message) == ErrorCode::not_a_store);
  }
  CHECK(says(message, path.string()));
}

TEST_CASE_FIXTURE(StoreFixture, "32 processes make one store at once") {
  constexpr int processes = 32;
  for (int i = 0; i < processes; ++i) {
    if (::fork() == 0) {
      int code = 1;
      try {
        open().start_run({.project = "p", .name = "r" + std::to_string(i)}).finish();
        code = 0;
      } catch (const std::exception&) {
      }
      ::_exit(code);
    }
  }
  int failures = 0;
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    ::wait(&status);
    failures += status != 0;
  }
  CHECK(failures == 0);
  CHECK(number("SELECT count(*) FROM run WHERE status = 'finished'") == processes);
  CHECK(number("SELECT count(*) FROM project") == 1);
  CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) <=
        3);  // the store and its log, no leftovers
}

TEST_CASE_FIXTURE(StoreFixture, "opening a path twice shares the store") {
  Tracker a = open();
  const Tracker b = Tracker::open(folder / "." / "mltrack.db");
  a.close();
  CHECK(error_of([&] { Tracker(b).start_run(); }) == ErrorCode::wrong_state);
  CHECK(open().start_run().status() == mltrack::RunStatus::running);  // a new one after close
}

TEST_CASE_FIXTURE(StoreFixture, "a read-only tracker refuses to write") {
  open().start_run({.name = "r"}).finish();
  Tracker reader = Tracker::open(path, {.read_only = true});
  if (!reader.read_only()) MESSAGE("shared with a writer");
  const fs::path copy = folder / "copy.db";
  reader.backup(copy);
  Tracker copied = Tracker::open(copy, {.read_only = true});
  CHECK(error_of([&] { copied.start_run(); }) == ErrorCode::read_only);
}

TEST_CASE_FIXTURE(StoreFixture, "a closed store is one file and works where it is copied") {
  Tracker tracker = open();
  tracker.start_run({.name = "r"}).finish();
  tracker.close();
  CHECK_FALSE((fs::exists(path.string() + "-wal") && fs::file_size(path.string() + "-wal") > 0));
  fs::copy_file(path, folder / "moved.db");
  mltrack::sqlite::Connection copied(folder / "moved.db", mltrack::sqlite::Mode::read, 0);
  CHECK(copied.text("SELECT name FROM run") == "r");
}

TEST_CASE_FIXTURE(StoreFixture, "a backup is complete while the store is in use, and never overwrites") {
  Tracker tracker = open();
  mltrack::Run run = tracker.start_run({.name = "r"});
  run.log_metric("loss", 0.5);
  tracker.backup(folder / "b.db");
  mltrack::sqlite::Connection copied(folder / "b.db", mltrack::sqlite::Mode::read, 0);
  CHECK(copied.integer("SELECT count(*) FROM point") == 1);
  CHECK(error_of([&] { tracker.backup(folder / "b.db"); }) == ErrorCode::invalid_argument);
}

TEST_CASE_FIXTURE(StoreFixture, "the default store") {
  const char* const before = std::getenv("MLTRACK_STORE");
  const std::string saved = before ? before : "";
  const fs::path here = fs::current_path();
  ::unsetenv("MLTRACK_STORE");
  fs::create_directories(folder / "a" / "b");
  fs::current_path(folder / "a" / "b");
  CHECK(Tracker::default_path() == fs::canonical(folder / "a" / "b") / "mltrack.db");
  open();
  CHECK(Tracker::default_path() == fs::canonical(folder) / "mltrack.db");
  ::setenv("MLTRACK_STORE", "/somewhere/else.db", 1);
  CHECK(Tracker::default_path() == "/somewhere/else.db");
  fs::current_path(here);
  before ? ::setenv("MLTRACK_STORE", saved.c_str(), 1) : ::unsetenv("MLTRACK_STORE");
}

TEST_CASE_FIXTURE(StoreFixture, "a child that forks while threads write goes on with its own connection") {
  Tracker tracker = open();
  mltrack::Run run = tracker.start_run({.name = "parent"});
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) run.log_metric("parent", 1);
  });
  constexpr int forks = 20;
  int failures = 0;
  for (int i = 0; i < forks; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);  // a hang is a failure, not a stuck test
      try {
        run.log_metric("child", i);
        ::_exit(0);
      } catch (const std::exception&) {
        ::_exit(1);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    failures += status != 0;
  }
  stop = true;
  writer.join();
  CHECK(failures == 0);
  CHECK(number("SELECT points FROM metric m JOIN name n ON n.id = m.name WHERE n.text = 'child'") == forks);
  CHECK(text("PRAGMA integrity_check") == "ok");
}
