#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mltrack/error.hpp>
#include <mltrack/id.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using mltrack::Error;
using mltrack::Kind;
using mltrack::NodeRef;
using mltrack::Uid;

namespace {

// A uid made by a child process right after fork().
Uid uid_of_child() {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const Uid uid = Uid::random();
    _exit(write(ends[1], uid.bytes.data(), uid.bytes.size()) == 16 ? 0 : 1);
  }
  Uid uid;
  REQUIRE(read(ends[0], uid.bytes.data(), uid.bytes.size()) == 16);
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  close(ends[0]);
  close(ends[1]);
  return uid;
}

}  // namespace

TEST_CASE("random uids are version 4 and differ") {
  const Uid uid = Uid::random();
  CHECK((uid.bytes[6] & 0xf0) == 0x40);
  CHECK((uid.bytes[8] & 0xc0) == 0x80);
  CHECK(uid != Uid::random());
}

TEST_CASE("children of a fork do not repeat each other's uids") {
  std::set<Uid> uids = {Uid::random()};
  for (int i = 0; i < 4; ++i) uids.insert(uid_of_child());
  uids.insert(Uid::random());
  CHECK(uids.size() == 6);
}

TEST_CASE("threads do not repeat each other's uids") {
  std::set<Uid> uids;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) {
          const Uid uid = Uid::random();
          const std::scoped_lock lock(mutex);
          uids.insert(uid);
        }
      });
    }
  }
  CHECK(uids.size() == 200);
}

TEST_CASE("the uid of a path is the same everywhere") {
  // Python: uuid.uuid5(uuid.UUID('6d6c7472-6163-4b50-8a74-682d75696473'), 'penguins/baseline')
  CHECK(Uid::of_path("penguins/baseline").str() == "8c3b5a36-c49e-5637-9745-998a87020ac2");
  CHECK(Uid::of_path("penguins") != Uid::of_path("penguins/baseline"));
}

TEST_CASE("uids read back what they print") {
  const std::string text = "3f9c2e1a-0b1c-4d2e-8f30-415263748596";
  const Uid uid = Uid::parse(text);
  CHECK(uid.str() == text);
  CHECK(Uid::parse("3F9C2E1A0B1C4D2E8F30415263748596") == uid);
  CHECK(uid.bytes[0] == 0x3f);
  CHECK(uid.bytes[15] == 0x96);
}

TEST_CASE("what is not a uid is refused by name") {
  for (const char* bad : {"", "3f9c", "3f9c2e1a-0b1c-4d2e-8f30-41526374859", "3f9c2e1a-0b1c-4d2e-8f304-15263748596",
                          "gf9c2e1a-0b1c-4d2e-8f30-415263748596", "{3f9c2e1a0b1c4d2e8f30415263748596}"}) {
    CHECK_THROWS_WITH_AS(Uid::parse(bad), doctest::Contains("is not a uid; expected 32 hexadecimal digits"), Error);
  }
}

TEST_CASE("a reference names a node") {
  const NodeRef ref{Uid::parse("3f9c2e1a-0b1c-4d2e-8f30-415263748596"), 17};
  CHECK(ref.str() == "3f9c2e1a:17");
  CHECK(ref);
  CHECK_FALSE(NodeRef{});
  CHECK(NodeRef{ref.run, 0});
}

TEST_CASE("kinds have words") {
  for (const char* word : {"project", "experiment", "run", "call", "dataset", "model", "artifact"}) {
    CHECK(std::string(to_string(mltrack::parse_kind(word))) == word);
  }
  CHECK(mltrack::parse_kind("model") == Kind::model);
  CHECK_THROWS_WITH_AS(mltrack::parse_kind("modle"), doctest::Contains("'modle' is not a kind of node"), Error);
}
