#include <doctest/doctest.h>

#include <cmath>
#include <mltrack/error.hpp>
#include <mltrack/json.hpp>
#include <string>

#include "value/json_text.hpp"

using mltrack::Error;
using mltrack::Value;

namespace {

std::string canonical(std::string_view text) { return Value::json(text).str(); }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("JSON parameters have one canonical text") {
  CHECK(canonical(" { \"b\" : [ 1 , 2.50 ] ,\n\"a\" : null } ") == R"({"a":null,"b":[1,2.5]})");
  CHECK(canonical("[]") == "[]");
  CHECK(canonical("{ }") == "{}");
  CHECK(canonical("[true,false,\"x\"]") == R"([true,false,"x"])");
  CHECK(canonical(R"({"a":1,"a":2})") == R"({"a":2})");
  CHECK(canonical(canonical(R"({"z":{"y":[{}]}})")) == canonical(R"({"z":{"y":[{}]}})"));
}

TEST_CASE("numbers in JSON are exact") {
  CHECK(canonical("1180591620717411303425") == "1180591620717411303425");
  CHECK(canonical("-0") == "0");
  CHECK(canonical("-0.0") == "-0.0");
  CHECK(canonical("1.0") == "1.0");
  CHECK(canonical("0.10000000000000001") == "0.1");
  CHECK(canonical("1E5") == "100000.0");
  CHECK(canonical("5e-324") == "5e-324");
  CHECK(canonical("1.7976931348623157e308") == "1.7976931348623157e+308");
  CHECK(canonical("[NaN,Infinity,-Infinity]") == "[NaN,Infinity,-Infinity]");
}

TEST_CASE("texts in JSON keep every code point") {
  CHECK(canonical(R"("\u00e4\/\ud83d\ude00")") == "\"\xc3\xa4/\xf0\x9f\x98\x80\"");
  CHECK(canonical(R"("\ud83d")") == R"("\ud83d")");
  CHECK(canonical(R"("\ude00\ud83d")") == R"("\ude00\ud83d")");
  CHECK(canonical(R"("\ud83dA")") == R"("\ud83dA")");
  CHECK(canonical(R"("\ud83d\u0041")") == R"("\ud83dA")");
  CHECK(canonical("\"\xed\xa0\xbd\"") == R"("\ud83d")");
  CHECK(canonical(R"("\u0000\n\"\\\u007f")") == R"("\u0000\n\"\\\u007f")");
}

TEST_CASE("what is not JSON is refused with its place") {
  const std::pair<const char*, const char*> bad[] = {
      {"", "a digit or a JSON value at byte 0 of 0"},
      {"[1,]", "at byte 3 of 4"},
      {"[1 2]", "',' or ']' at byte 3"},
      {"{1:2}", "a string as key at byte 1"},
      {"{\"a\" 1}", "':' at byte 5"},
      {"{\"a\":1", "',' or '}' at byte 6"},
      {"01", "nothing more at byte 1"},
      {"1.", "a digit"},
      {"1e400", "a number that a double can hold at byte 0"},
      {"\"a", "to end the string at byte 2"},
      {"\"\n\"", "an escape instead of a control character"},
      {"\"\\x\"", "after a backslash"},
      {"\"\\u12g4\"", "four hexadecimal digits"},
      {"\"\xff\"", "UTF-8 at byte 1"},
      {"nul", "a digit or a JSON value at byte 0"},
      {"1 1", "nothing more at byte 2"},
  };
  for (const auto& [text, message] : bad) {
    CHECK_THROWS_WITH_AS(Value::json(text), doctest::Contains(message), Error);
  }
}

TEST_CASE("JSON may be deep but not endless") {
  CHECK(canonical(std::string(500, '[') + std::string(500, ']')).size() == 1000);
  CHECK_THROWS_WITH_AS(Value::json(std::string(100'000, '[')), doctest::Contains("at most 500 levels"), Error);
}

TEST_CASE("a node is an object with all its fields") {
  mltrack::Node node;
  node.ref = "3f9c2e1a:17";
  node.kind = mltrack::Kind::model;
  node.name = "clf";
  node.rows = 344;
  node.at_us = 1'793'536'200'000'000;
  node.tags = {{"stage", "a\"b"}};
  node.metrics = {{.name = "accuracy", .value = 0.97, .dataset = "3f9c2e1a:2", .at_us = 1}};
  CHECK(to_json(node) ==
        R"({"ref":"3f9c2e1a:17","kind":"model","op":null,"type":null,"name":"clf","digest":null,"rows":344,)"
        R"("columns":null,"run":null,"at":"2026-11-01T12:30:00.000000Z","project":null,"experiment":null,)"
        R"("status":null,"parent":null,"took_us":null,"overhead_us":null,"error_type":null,"error":null,)"
        R"("source":null,"depth":null,"params":{},"metrics":[{"name":"accuracy","value":0.97,"subject":null,)"
        R"("dataset":"3f9c2e1a:2","at":"1970-01-01T00:00:00.000001Z"}],"tags":{"stage":"a\"b"}})");
}

TEST_CASE("parameters are JSON values of their own type") {
  mltrack::Node node;
  node.params = {{"a", 1},
                 {"b", Value::big_integer("1180591620717411303425")},
                 {"c", 2.0},
                 {"d", std::nan("")},
                 {"e", -INFINITY},
                 {"f", true},
                 {"g", nullptr},
                 {"h", "rbf"},
                 {"i", Value::json("{\"x\": [0.5, 1]}")},
                 {"j", Value::opaque("<lambda>")},
                 {"k", Value::class_name("sklearn.svm.SVC")}};
  CHECK(contains(to_json(node), R"("params":{"a":1,"b":"1180591620717411303425","c":2.0,"d":"NaN","e":"-Infinity",)"
                                R"("f":true,"g":null,"h":"rbf","i":{"x":[0.5,1]},"j":"<lambda>",)"
                                R"("k":"sklearn.svm.SVC"})"));
}

TEST_CASE("every JSON reader can read a JSON parameter") {
  const auto shown = [](std::string_view json) {
    mltrack::Node node;
    node.params = {{"p", Value::json(json)}};
    const std::string text = to_json(node);
    const std::size_t begin = text.find(R"("params":{"p":)") + 14;
    return text.substr(begin, text.find(R"(},"metrics")") - begin);
  };
  CHECK(shown("[NaN, Infinity, -Infinity]") == R"(["NaN","Infinity","-Infinity"])");
  CHECK(shown("[9223372036854775807, 9223372036854775808]") == R"([9223372036854775807,"9223372036854775808"])");
  CHECK(shown("[-9223372036854775808, -9223372036854775809]") == R"([-9223372036854775808,"-9223372036854775809"])");
  CHECK(shown(R"({"b\ud83d": "\ud83d\ude00 \ude00", "a": [{}, []]})") ==
        "{\"a\":[{},[]],\"b\xef\xbf\xbd\":\"\xf0\x9f\x98\x80 \xef\xbf\xbd\"}");
  CHECK(shown("[1e22, 0.1, -0.0]") == "[1e+22,0.1,-0.0]");
  CHECK(shown(std::string(500, '[') + std::string(500, ']')).size() == 1000);
}

TEST_CASE("output is UTF-8, whatever was stored") {
  mltrack::Edge edge{.src = "a\xff!", .dst = "\x1b[31m\n", .slot = "\xc3\xa4\xed\xb2\x80."};
  CHECK(to_json(edge) ==
        "{\"src\":\"a\xef\xbf\xbd!\",\"dst\":\"\\u001b[31m\\n\","
        "\"slot\":\"\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.\",\"via\":null}");
}

TEST_CASE("answers are objects of nodes and edges") {
  mltrack::Lineage lineage;
  lineage.nodes.resize(2);
  lineage.edges = {{.src = "a", .dst = "b", .slot = "X", .via = "content"}};
  lineage.notes = {"a note"};
  const std::string text = to_json(lineage);
  CHECK(text.starts_with("{\"root\":{\"ref\":"));
  CHECK(contains(text, R"("edges":[{"src":"a","dst":"b","slot":"X","via":"content"}],"notes":["a note"]})"));

  mltrack::Comparison comparison;
  comparison.differences = {{.what = "param", .name = "C", .a = "1.0"}};
  CHECK(contains(to_json(comparison), R"("differences":[{"what":"param","name":"C","a":"1.0","b":null}],"notes":[]})"));

  mltrack::Details details;
  details.columns = {{.pos = 0, .name = "age", .type = "int", .digest = "00ff"}};
  details.columns_omitted = true;
  details.notes = {{.at_us = 0, .author = "me", .text = "fine"}};
  details.locations = {"data.csv"};
  CHECK(contains(to_json(details),
                 R"("in":[],"out":[],"columns":[{"pos":0,"name":"age","type":"int","digest":"00ff"}],)"
                 R"("columns_omitted":true,"notes":[{"at":"1970-01-01T00:00:00.000000Z","author":"me","text":"fine"}],)"
                 R"("locations":["data.csv"],"code":null,"environment":null,"dump":null})"));
}

TEST_CASE("times are ISO 8601 in UTC") {
  CHECK(mltrack::iso_time(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(mltrack::iso_time(-1) == "1969-12-31T23:59:59.999999Z");
  CHECK(mltrack::iso_time(951'782'400'123'456) == "2000-02-29T00:00:00.123456Z");
}
