#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <mltrack/error.hpp>
#include <mltrack/value.hpp>
#include <string>

using mltrack::Error;
using mltrack::Value;

namespace {

std::string text_of(const Value& value) { return std::get<std::string>(value.data()); }

}  // namespace

TEST_CASE("values take their type from what they are made of") {
  CHECK(Value().type() == Value::Type::none);
  CHECK(Value(nullptr).type() == Value::Type::none);
  CHECK(Value(true).type() == Value::Type::boolean);
  CHECK(Value(2).type() == Value::Type::integer);
  CHECK(Value(2.0F).type() == Value::Type::real);
  CHECK(Value("rbf").type() == Value::Type::text);
  CHECK(Value::json("[1]").type() == Value::Type::json);
  CHECK(Value::class_name("a.B").type() == Value::Type::class_name);
  CHECK(Value::opaque("<thing>").type() == Value::Type::opaque);
}

TEST_CASE("the words of types are those of the schema") {
  const Value values[] = {Value(), true, 1, 0.5, "a", Value::json("1"), Value::class_name("A"), Value::opaque("o")};
  const char* words[] = {"none", "bool", "int", "float", "str", "json", "class", "opaque"};
  for (std::size_t i = 0; i < 8; ++i) CHECK(std::string(to_string(values[i].type())) == words[i]);
}

TEST_CASE("integers of any size are exact") {
  CHECK(std::get<std::int64_t>(Value(std::numeric_limits<std::int64_t>::min()).data()) ==
        std::numeric_limits<std::int64_t>::min());
  CHECK(text_of(Value(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(text_of(Value::big_integer("+1180591620717411303424")) == "1180591620717411303424");
  CHECK(text_of(Value::big_integer("-001180591620717411303424")) == "-1180591620717411303424");
}

TEST_CASE("integers that fit 64 bits are the same value however they are written") {
  CHECK(Value::big_integer("0012") == Value(12));
  CHECK(Value::big_integer("-0") == Value(0));
  CHECK(Value::big_integer("-9223372036854775808") == Value(std::numeric_limits<std::int64_t>::min()));
  CHECK(Value::big_integer("9223372036854775808") == Value(std::uint64_t{1} << 63));
}

TEST_CASE("what is not an integer is refused by name") {
  for (const char* bad : {"", "-", "1.0", "1e3", " 1", "0x1", "1_000"}) {
    CHECK_THROWS_WITH_AS(Value::big_integer(bad), doctest::Contains("'" + doctest::String(bad) + "' is not an integer"),
                         Error);
  }
}

TEST_CASE("equality is of type and value") {
  CHECK(Value(1) != Value(true));
  CHECK(Value(1) != Value(1.0));
  CHECK(Value("1") != Value::json("1"));
  CHECK(Value(std::nan("")) == Value(-std::nan("1")));
  CHECK(Value(-0.0) != Value(0.0));
  CHECK(Value("a") == Value(std::string("a")));
}

TEST_CASE("values read as people write them") {
  CHECK(Value().str() == "None");
  CHECK(Value(true).str() == "True");
  CHECK(Value(false).str() == "False");
  CHECK(Value(2.0).str() == "2.0");
  CHECK(Value(0.1).str() == "0.1");
  CHECK(Value(1e16).str() == "1e+16");
  CHECK(Value(1e15).str() == "1000000000000000.0");
  CHECK(Value(1e-5).str() == "1e-05");
  CHECK(Value(5e-324).str() == "5e-324");
  CHECK(Value(-0.0).str() == "-0.0");
  CHECK(Value(-std::nan("")).str() == "nan");
  CHECK(Value(-INFINITY).str() == "-inf");
  CHECK(Value::json("[1, 2]").str() == "[1,2]");
}

TEST_CASE("long summaries are cut between characters") {
  const std::string exact(1000, 'a');
  CHECK(Value::opaque(exact).str() == exact);
  std::string umlauts = "x";
  while (umlauts.size() < 1200) umlauts += "\xc3\xa4";
  const std::string cut = Value::opaque(umlauts).str();
  CHECK(cut == umlauts.substr(0, 997) + "...");
  CHECK(Value::opaque("y" + umlauts).str() == "y" + umlauts.substr(0, 995) + "...");
}
