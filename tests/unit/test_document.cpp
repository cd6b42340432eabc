#include <doctest/doctest.h>

#include <cmath>

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
