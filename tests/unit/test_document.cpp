#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "exchange/base64.hpp"
#include "store_fixture.hpp"
#include "value/json_tree.hpp"

using mltrack::ErrorCode;
using mltrack::Value;
using mltrack::exchange::from_base64;
using mltrack::exchange::to_base64;

namespace {

mltrack::Uid record(mltrack::Tracker& tracker) {
  auto run = tracker.start_run({.project = "plants", .experiment = "x", .tags = {{"team", "a"}}});
  const std::vector<double> age = {1, 2, 3, 4, 5, 6, 7, 9.5};
  const auto data = run.log_dataset({.name = "train", .columns = {mltrack::column("age", age)}});
  run.log_params({{"big", Value::big_integer("1180591620717411303424")}, {"minus", -0.0}, {"n", std::nan("")}});
  run.log_fit({.estimator = "svm", .params = {{"C", 2.0}}, .inputs = {{.slot = "X", .node = data}}});
  run.log_metric("loss", 0.5, {.step = 3});
  run.finish();
  return run.uid();
}

}  // namespace

TEST_CASE("a run that is exported, imported and exported is the same bytes") {
  const StoreFixture here;
  const StoreFixture there;
  auto tracker = here.open();
  const mltrack::Uid run = record(tracker);
  const auto document = tracker.export_run(run.str());
  CHECK(document.notes.empty());
  auto other = there.open();
  const auto imported = other.import_run(document.text);
  CHECK(imported.runs == std::vector{run});
  CHECK(imported.nodes == 3);
  CHECK(other.export_run(run.str()).text == document.text);
  CHECK(other.import_run(document.text).nodes == 0);
  CHECK(other.query().node(run.str()).params == tracker.query().node(run.str()).params);
  CHECK(document.text == to_text(mltrack::value::parse_json(document.text)) + "\n");
}

TEST_CASE("an experiment's document has its runs, a project's those of all its experiments") {
  const StoreFixture place;
  auto tracker = place.open();
  std::map<std::string, std::string> uids;
  for (const char* experiment : {"it's", "other"})
    for (const char* project : {"plants", "birds"}) {
      auto run = tracker.start_run({.project = project, .experiment = experiment});
      auto part = tracker.start_run({.project = project, .experiment = experiment, .part_of = run.uid()});
      uids[std::string(project) + "/" + experiment] = run.uid().str();
    }
  const auto found = [&](const std::string& ref) {
    const std::string text = tracker.export_run(ref).text;
    std::string held;
    for (const auto& [path, uid] : uids)
      if (text.find("\"uid\":\"" + uid) != std::string::npos) held += path + " ";
    return held;
  };
  CHECK(found("plants/it's") == "plants/it's ");
  CHECK(found("birds") == "birds/it's birds/other ");
}

TEST_CASE("what an import refuses it refuses whole") {
  const StoreFixture here;
  const StoreFixture there;
  auto tracker = here.open();
  std::string text = tracker.export_run(record(tracker).str()).text;
  text.replace(text.find("\"slot\":\"X\""), 10, "\"slot\":[7]");
  auto other = there.open();
  std::string message;
  CHECK(error_of([&] { other.import_run(text); }, &message) == ErrorCode::invalid_argument);
  CHECK(message.find("at /runs/0/edges/0/slot: '[7]' is not a text") != std::string::npos);
  CHECK(there.number("SELECT (SELECT count(*) FROM node) + (SELECT count(*) FROM content)") == 0);
}

namespace {

/// A document of one run with these members beside its first ones.
std::string document_of(const std::string& members) {
  return R"({"format":"mltrack.run/1","contents":{},"objects":null,"runs":[{"uid":"11111111-1111-4111-8111-111111111111",)"
         R"("project":"p","experiment":"e","name":"r","status":"finished","started_us":1,"ended_us":2,)" +
         members + "}]}";
}

}  // namespace

TEST_CASE("what no node of a document has is missed, not passed over") {
  const StoreFixture place;
  auto tracker = place.open();
  const auto complaint = [&](const std::string& members) {
    std::string message = "accepted";
    try {
      tracker.import_run(document_of(members));
    } catch (const mltrack::Error& error) {
      message = error.what();
    }
    return message;
  };
  const auto says = [&](const std::string& members, const std::string& wanted) {
    const std::string message = complaint(members);
    CAPTURE(message);
    CHECK(message.find(wanted) != std::string::npos);
  };
  const std::string call = R"("op":"fit","status":"finished","started_us":1})";
  const std::string one = R"("nodes":[{"seq":2,"kind":"call","made":false}],"calls":[{"seq":2,)";
  says(one + R"("parent":1,)" + call + "]", "/runs/0/calls/0/parent: '1' is not the number of a node of this run");
  says(one + R"("parent":"22222222-2222-4222-8222-222222222222:3",)" + call + "]",
       "depends on node 3 of the run 22222222-2222-4222-8222-222222222222");
  says(one + call + R"(,{"seq":7,)" + call + "]", "/runs/0/calls/1/seq: '7' is not the number of a node of this run");
  says(one + call + R"(],"edges":[{"dst":99,"src":2,"slot":"X"}])",
       "/runs/0/edges/0/dst: '99' is not the number of a node of this run");
  CHECK(place.number("SELECT count(*) FROM run") == 0);
  says(one + call + "]", "accepted");
}

TEST_CASE("base64 is RFC 4648's") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    const std::string_view text = plain;
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    CHECK(to_base64(bytes) == encoded);
    CHECK(from_base64(encoded) == bytes);
  }
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v\n", "Zm-v", "===="}) CHECK_FALSE(from_base64(bad));
}
