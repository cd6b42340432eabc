// Kills a writing process again and again: everything it was told is committed must be in the store, the store must be
// sound, and the run must read as lost.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <sstream>
#include <thread>

#include "../unit/store_fixture.hpp"

namespace {

constexpr int cycles = 200;

struct Acknowledged {
  std::string run;
  long long model = -1;
  long long step = -1;
};

/// Starts the child, lets it write for a while, kills it and reads what it acknowledged.
Acknowledged kill_one(const std::filesystem::path& store, std::chrono::milliseconds life) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(MLTRACK_KILL_CHILD, MLTRACK_KILL_CHILD, store.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  // The child's life begins with its first acknowledgement.
  ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  std::thread killer([&] {
    std::this_thread::sleep_for(life);
    ::kill(child, SIGKILL);
  });
  while ((got = ::read(ends[0], buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  killer.join();
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));

  Acknowledged seen;
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));  // a torn last line acknowledges nothing
  std::string word, value;
  while (lines >> word >> value) {
    if (word == "R") seen.run = value;
    if (word == "C") seen.model = std::stoll(value);
    if (word == "P") seen.step = std::stoll(value);
  }
  return seen;
}

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "nothing acknowledged is lost when a process is killed, 200 times") {
  std::mt19937 random(20261124);
  std::uniform_int_distribution<int> life_ms(0, 12);
  std::vector<Acknowledged> all;
  for (int i = 0; i < cycles; ++i) all.push_back(kill_one(path, std::chrono::milliseconds(life_ms(random))));

  const mltrack::Tracker tracker = mltrack::Tracker::open(path);
  int missing = 0;
  long long commits = 0;
  for (const Acknowledged& seen : all) {
    REQUIRE_FALSE(seen.run.empty());
    commits += seen.step + 1;
    std::string hex = seen.run;
    std::erase(hex, '-');
    const std::string run = "(SELECT id FROM run WHERE uid = X'" + hex + "')";
    if (seen.model >= 0)
      missing += number("SELECT count(*) FROM node WHERE kind = 'model' AND run = " + run +
                        " AND seq = " + std::to_string(seen.model)) != 1;
    if (seen.step >= 0)
      missing += number("SELECT count(*) FROM point WHERE metric IN (SELECT id FROM metric WHERE subject = " + run +
                        ")") < seen.step + 1;
  }
  CHECK(missing == 0);
  CHECK(commits > cycles);  // the children did write
  CHECK(number("SELECT count(*) FROM run") == cycles);
  CHECK(text("PRAGMA integrity_check") == "ok");
  CHECK(number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(number("SELECT count(*) FROM call WHERE status = 'finished' AND NOT EXISTS (SELECT 1 FROM edge WHERE src = "
               "call.id)") == 0);
}
