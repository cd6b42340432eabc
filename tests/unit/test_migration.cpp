#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>

#include "store/create.hpp"
#include "store/store.hpp"
#include "store_fixture.hpp"

namespace fs = std::filesystem;
using mltrack::Tracker;

namespace {

constexpr auto new_tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('alarm', 'run_name', 'v_runs')";

/// A store as the first version of mltrack made it.
struct OldStore : StoreFixture {
  OldStore() {
    std::ifstream script(MLTRACK_SOURCE_DIR "/schema/0001_initial.sql");
    const std::string sql{std::istreambuf_iterator<char>(script), {}};
    mltrack::sqlite::Connection connection(path, mltrack::sqlite::Mode::create, 0);
    connection.script("PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; BEGIN; PRAGMA application_id = " +
                      std::to_string(mltrack::store::application_id) + ";" + sql + "; PRAGMA user_version = 1; COMMIT");
  }

  std::string bytes() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

/// What a reader of the store sees of tables that version 1 lacks.
std::int64_t alarms(const fs::path& path) {
  return mltrack::store::open_for_reading(path, 1000)->integer("SELECT count(*) FROM alarm JOIN alarm_node").value();
}

}  // namespace

TEST_CASE_FIXTURE(OldStore, "a store of version 1 gets the new tables when it is opened for writing") {
  CHECK(number(new_tables) == 0);
  {
    Tracker tracker = open();
    tracker.start_run({.project = "p", .experiment = "e"}).finish();
  }
  CHECK(number("PRAGMA user_version") == mltrack::schema_version());
  CHECK(number(new_tables) == 3);
  CHECK(number("SELECT count(*) FROM run WHERE status = 'finished'") == 1);

  const StoreFixture fresh;
  fresh.open();
  constexpr auto everything = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
  CHECK(text(everything) == fresh.text(everything));
}

TEST_CASE_FIXTURE(OldStore, "a store of version 1 opened read-only is asked as if the new tables were empty") {
  const std::string before = bytes();
  Tracker tracker = Tracker::open(path, {.read_only = true});
  CHECK(tracker.query().runs().empty());
  CHECK(alarms(path) == 0);
  CHECK(mltrack::store::open_for_reading(path, 1000)->integer("SELECT count(*) FROM v_runs JOIN v_metrics") == 0);
  const auto health = mltrack::examine(path);
  CHECK(health.schema == 1);
  CHECK(health.problems.empty());
  CHECK(health.counts.count("alarm") == 0);
  tracker.backup(folder / "copy.db");
  tracker.close();
  CHECK(bytes() == before);
  mltrack::sqlite::Connection copy(folder / "copy.db", mltrack::sqlite::Mode::read, 0);
  CHECK(copy.integer("PRAGMA user_version") == 1);
  CHECK(copy.integer(new_tables) == 0);
}

TEST_CASE_FIXTURE(OldStore, "a store of version 1 where no lock file can be made is asked too") {
  mltrack::sqlite::Connection(path, mltrack::sqlite::Mode::write, 0).script("PRAGMA wal_checkpoint(TRUNCATE)");
  fs::create_symlink(folder / "missing" / "shm", path.string() + "-shm");
  CHECK_THROWS_AS(number("SELECT count(*) FROM run"), mltrack::Error);
  CHECK(alarms(path) == 0);
  CHECK(Tracker::open(path, {.read_only = true}).query().runs().empty());
}

TEST_CASE_FIXTURE(OldStore, "who reads an old store sees what is written after another process upgraded it") {
  const Tracker reader = Tracker::open(path, {.read_only = true});
  CHECK(reader.query().runs().empty());
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      Tracker tracker = open();
      tracker.start_run({.project = "p", .experiment = "e"}).finish();
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  CHECK(reader.query().runs().size() == 1);
}

TEST_CASE_FIXTURE(OldStore, "8 processes upgrade one store at once") {
  constexpr int processes = 8;
  std::array<int, 2> gate{};
  REQUIRE(::pipe(gate.data()) == 0);
  for (int i = 0; i < processes; ++i) {
    if (::fork() != 0) continue;
    ::close(gate[1]);
    char byte = 0;
    const bool opened = ::read(gate[0], &byte, 1) == 0;  // all begin when the last end of the pipe closes
    try {
      Tracker tracker = open();
      tracker.start_run({.project = "p", .experiment = "e"}).finish();
      ::_exit(opened ? 0 : 2);
    } catch (...) {
      ::_exit(1);
    }
  }
  ::close(gate[0]);
  ::close(gate[1]);
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    REQUIRE(::wait(&status) > 0);
    CHECK(status == 0);
  }
  CHECK(number("PRAGMA user_version") == mltrack::schema_version());
  CHECK(number("SELECT count(*) FROM run WHERE status = 'finished'") == processes);
  CHECK(mltrack::examine(path).problems.empty());
}

TEST_CASE_FIXTURE(OldStore, "an older mltrack that writes its version back does no harm") {
  open();
  mltrack::sqlite::Connection(path, mltrack::sqlite::Mode::write, 0).script("PRAGMA user_version = 1");
  open();
  CHECK(number("PRAGMA user_version") == mltrack::schema_version());
}
