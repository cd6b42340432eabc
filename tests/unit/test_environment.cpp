#include <doctest/doctest.h>

#include <mltrack/json.hpp>

#include "store/objects.hpp"
#include "store_fixture.hpp"

using mltrack::CodeInfo;
using mltrack::Details;
using mltrack::Digest;
using mltrack::DumpInfo;
using mltrack::EnvironmentInfo;
using mltrack::ErrorCode;
using mltrack::ModelRef;
using mltrack::Run;
using mltrack::Tracker;

namespace {

CodeInfo program() {
  return {.digest = mltrack::digest_bytes("code", "int main() {}"),
          .script = "src/train.cpp",
          .vcs = "0123456789012345678901234567890123456789",
          .branch = "main",
          .dirty = true,
          .remote = "https://***@example.org/project.git",
          .folder = "build",
          .arguments = {"train", "--epochs=3", ""}};
}

EnvironmentInfo machine() {
  return {.language = "C++20",
          .os = "Linux 6.1",
          .machine = "x86_64",
          .processor = "one of many",
          .cores = 2,
          .memory_bytes = 1 << 30,
          .packages = {{"dlib", "19.24"}, {"eigen", "3.4"}},
          .variables = {{"OMP_NUM_THREADS", "2"}}};
}

std::vector<std::uint8_t> bytes(std::size_t size) {
  std::vector<std::uint8_t> made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
  return made;
}

std::vector<std::pair<std::string, std::string>> differing(const mltrack::Comparison& comparison) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const auto& one : comparison.differences) names.emplace_back(one.what, one.name);
  return names;
}

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "a run's program comes back as it was recorded") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  CHECK_FALSE(tracker.query().details(run.ref()).code);
  run.log_code(program());
  const auto code = tracker.query().details(run.ref()).code;
  REQUIRE(code);
  CHECK(code->digest == program().digest);
  CHECK(code->script == "src/train.cpp");
  CHECK(code->vcs == program().vcs);
  CHECK(code->branch == "main");
  CHECK(code->dirty == std::optional(true));
  CHECK(code->remote == program().remote);
  CHECK(code->folder == "build");
  CHECK(code->arguments == std::vector<std::string>{"train", "--epochs=3", ""});
  CHECK_FALSE(code->diff);
  CHECK_FALSE(code->execution_count);
  std::string message;
  CHECK(error_of([&] { run.log_code(program()); }, &message) == ErrorCode::wrong_state);
  CHECK(message.find("program") != std::string::npos);
}

TEST_CASE_FIXTURE(StoreFixture, "the same program at two revisions is one program and two launches") {
  Tracker tracker = open();
  Run first = tracker.start_run();
  Run second = tracker.start_run();
  CodeInfo later = program();
  later.vcs = std::string(40, 'a');
  later.dirty = false;
  first.log_code(program());
  second.log_code(later);
  CHECK(number("SELECT count(*) FROM code") == 1);
  CHECK(number("SELECT count(DISTINCT code) FROM run") == 1);
  CHECK(tracker.query().details(first.ref()).code->vcs == program().vcs);
  CHECK(tracker.query().details(second.ref()).code->vcs == later.vcs);
  CHECK(differing(tracker.query().compare(first.ref(), second.ref())) ==
        std::vector<std::pair<std::string, std::string>>{{"code", "dirty"}, {"code", "vcs"}});
}

TEST_CASE_FIXTURE(StoreFixture, "what differed from the revision is kept, inside the store or beside it") {
  Tracker tracker = open();
  for (const std::size_t size : {std::size_t(10), std::size_t(mltrack::store::inline_object_limit) + 1}) {
    Run run = tracker.start_run();
    const std::string text(size, 'x');
    run.log_code(program(), text);
    const auto code = tracker.query().details(run.ref()).code;
    REQUIRE(code);
    const auto kept = tracker.read_object(code->diff);
    CHECK(std::string(kept.begin(), kept.end()) == text);
  }
  CHECK(number("SELECT count(*) FROM object WHERE blob IS NULL") == 1);
  CHECK(mltrack::examine(path).problems.empty());
}

TEST_CASE_FIXTURE(StoreFixture, "equal environments are one row, and their variables are each run's own") {
  Tracker tracker = open();
  Run first = tracker.start_run();
  Run second = tracker.start_run();
  Run third = tracker.start_run();
  EnvironmentInfo other = machine();
  other.variables["OMP_NUM_THREADS"] = "1";
  EnvironmentInfo newer = machine();
  newer.packages["dlib"] = "20.0";
  first.log_environment(machine());
  second.log_environment(other);
  third.log_environment(newer);
  CHECK(number("SELECT count(*) FROM environment") == 2);
  CHECK(number("SELECT count(*) FROM content WHERE kind = 'environment'") == 2);
  const auto found = tracker.query().details(first.ref()).environment;
  REQUIRE(found);
  CHECK(found->language == "C++20");
  CHECK(found->os == "Linux 6.1");
  CHECK(found->machine == "x86_64");
  CHECK(found->processor == "one of many");
  CHECK(found->cores == std::optional<std::int64_t>(2));
  CHECK(found->memory_bytes == std::optional<std::int64_t>(1 << 30));
  CHECK(found->packages == machine().packages);
  CHECK(found->variables == machine().variables);
  using Names = std::vector<std::pair<std::string, std::string>>;
  CHECK(differing(tracker.query().compare(first.ref(), second.ref())) == Names{{"variable", "OMP_NUM_THREADS"}});
  CHECK(differing(tracker.query().compare(first.ref(), third.ref())) == Names{{"package", "dlib"}});
  CHECK(error_of([&] { first.log_environment(machine()); }) == ErrorCode::wrong_state);
}

TEST_CASE_FIXTURE(StoreFixture, "a fact that moved to the next one makes another environment") {
  Tracker tracker = open();
  Run first = tracker.start_run();
  Run second = tracker.start_run();
  first.log_environment({.language = "ab", .os = "c"});
  second.log_environment({.language = "a", .os = "bc"});
  CHECK(number("SELECT count(*) FROM environment") == 2);
}

TEST_CASE_FIXTURE(StoreFixture, "a model's bytes are an artifact derived from it") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const std::vector<double> column = {1.5, 2.5, 0.25};
  const auto data = run.log_dataset({.columns = {mltrack::column("age", column)}});
  const ModelRef model = run.log_fit({.estimator = "Tree", .inputs = {{.slot = "X", .node = data}}});
  const auto small = bytes(1000);
  const auto large = bytes(static_cast<std::size_t>(mltrack::store::inline_object_limit) + 1);
  const DumpInfo info{.format = "dlib", .name = "tree.dat", .language = "C++20", .packages = {{"dlib", "19.24"}}};
  const auto first = run.log_dump(model, small, info);
  const auto second = run.log_dump(model, large, info);
  CHECK(run.log_dump(model, small, info).seq == first.seq);
  CHECK(first.seq != second.seq);
  const Details details = tracker.query().details(first);
  REQUIRE(details.dump);
  CHECK(details.node.kind == mltrack::Kind::artifact);
  CHECK(details.node.type == std::optional<std::string>("application/octet-stream"));
  CHECK(details.node.name == std::optional<std::string>("tree.dat"));
  REQUIRE(details.in.size() == 1);
  CHECK(details.in[0].slot == "dump");
  CHECK(details.in[0].src == tracker.query().node(model).ref);
  CHECK(details.dump->format == "dlib");
  CHECK(details.dump->language == "C++20");
  CHECK(details.dump->packages == info.packages);
  CHECK(details.dump->columns == std::optional<std::int64_t>(1));
  REQUIRE(details.dump->inputs.size() == 1);
  CHECK(details.dump->inputs[0].name == std::optional<std::string>("age"));
  CHECK(details.dump->inputs[0].type == "float");
  CHECK(tracker.read_object(Digest::parse(*details.node.digest)) == small);
  CHECK(tracker.read_object(mltrack::sha256(large)) == large);
  CHECK(mltrack::to_json(details).find(R"("dump":{"format":"dlib")") != std::string::npos);
  CHECK_FALSE(tracker.query().details(model).dump);
}

TEST_CASE_FIXTURE(StoreFixture, "a model without a recorded fit says itself what it takes") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const ModelRef model = run.log_model({.estimator = "Net"});
  const auto named = run.log_dump(model, bytes(3), {.format = "raw", .inputs = {{"age", "float"}, {"town", ""}}});
  const auto counted = run.log_dump(model, bytes(4), {.format = "raw", .columns = 7});
  const auto dump = tracker.query().details(named).dump;
  REQUIRE(dump);
  CHECK(dump->columns == std::optional<std::int64_t>(2));
  CHECK(dump->inputs[1].name == std::optional<std::string>("town"));
  CHECK(dump->inputs[1].type.empty());
  CHECK(tracker.query().details(counted).dump->columns == std::optional<std::int64_t>(7));
  CHECK(tracker.query().details(counted).dump->inputs.empty());
}

TEST_CASE_FIXTURE(StoreFixture, "bytes without a format and bytes of no model are refused") {
  Tracker tracker = open();
  Run run = tracker.start_run();
  const ModelRef model = run.log_model({.estimator = "Net"});
  std::string message;
  CHECK(error_of([&] { run.log_dump(model, bytes(3), {}); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("format") != std::string::npos);
  const ModelRef nothing{{.run = run.uid(), .seq = 99}};
  CHECK(error_of([&] { run.log_dump(nothing, bytes(3), {.format = "raw"}); }) == ErrorCode::not_found);
  CHECK(number("SELECT count(*) FROM node WHERE kind = 'artifact'") == 0);
  CHECK(number("SELECT count(*) FROM object") == 0);
}
