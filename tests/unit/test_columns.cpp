#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <mltrack/error.hpp>
#include <string>

#include "columns.hpp"

using namespace mltrack;

TEST_CASE("equal numbers have one digest, whatever type holds them") {
  std::vector<int> small;
  for (int i = 0; i < 3000; ++i) small.push_back((i * 37) % 128);
  const Digest expected = of_numbers(cast<double>(small));
  CHECK(of_numbers(cast<std::int8_t>(small)) == expected);
  CHECK(of_numbers(cast<std::int16_t>(small)) == expected);
  CHECK(of_numbers(cast<std::int32_t>(small)) == expected);
  CHECK(of_numbers(cast<std::int64_t>(small)) == expected);
  CHECK(of_numbers(cast<std::uint8_t>(small)) == expected);
  CHECK(of_numbers(cast<std::uint16_t>(small)) == expected);
  CHECK(of_numbers(cast<std::uint32_t>(small)) == expected);
  CHECK(of_numbers(cast<std::uint64_t>(small)) == expected);
  CHECK(of_numbers(cast<float>(small)) == expected);
  CHECK(of_values({small.begin(), small.end()}) == expected);
  small[2999] += 1;
  CHECK(of_numbers(cast<double>(small)) != expected);
}

TEST_CASE("booleans are 0 and 1, any byte but zero being true") {
  const std::vector<std::uint8_t> bytes = {0, 1, 2, 0};
  const Digest expected = of_numbers<double>({0, 1, 1, 0});
  CHECK(of_numbers(bytes, Scalar::boolean) == expected);
  CHECK(of_values({false, true, true, false}) == expected);
}

TEST_CASE("half precision is exact: normal, subnormal, infinite, missing") {
  const std::vector<std::uint16_t> halves = {0x3c00, 0xc000, 0x0001, 0x83ff, 0x7bff, 0x7c00, 0xfc00, 0x7e01, 0x8000};
  const std::vector<double> doubles = {
      1, -2, std::ldexp(1, -24), -std::ldexp(1023, -24), 65504, INFINITY, -INFINITY, nan_value, 0};
  CHECK(of_numbers(halves, Scalar::float16) == of_numbers(doubles));
}

TEST_CASE("single precision is widened, not rounded") {
  CHECK(of_numbers<float>({0.1F, 1e-45F}) == of_numbers<double>({0.1F, 1e-45F}));
  CHECK(of_numbers<float>({0.1F}) != of_numbers<double>({0.1}));
}

TEST_CASE("zeros agree and so do all kinds of missing numbers") {
  CHECK(of_numbers<double>({-0.0, 1}) == of_numbers<double>({0.0, 1}));
  std::uint64_t payload = 0xfff8000000000123;
  double other_nan;
  std::memcpy(&other_nan, &payload, sizeof(other_nan));
  const Digest expected = of_numbers<double>({1, nan_value, 3});
  CHECK(of_numbers<double>({1, other_nan, 3}) == expected);
  CHECK(of_numbers<float>({1, std::nanf("9"), 3}) == expected);
  CHECK(of_values({1, nullptr, 3.0}) == expected);
  CHECK(of_values({true, nan_value, 3}) == expected);
  const std::vector<std::int32_t> masked = {1, 77, 3};
  const std::vector<std::uint8_t> mask = {0, 1, 0};
  CHECK(of({.values = Numbers{.data = masked.data(), .rows = 3, .scalar = Scalar::int32, .missing = mask.data()}})
            .digest == expected);
  CHECK(of_numbers<double>({1, 0, 3}) != expected);
}

TEST_CASE("a missing mask may have a stride of its own") {
  const std::vector<double> values = {1, 2, 3};
  const std::vector<std::uint8_t> mask = {0, 1, 1, 0, 0, 1};
  const Numbers numbers{.data = values.data(), .rows = 3, .missing = mask.data(), .missing_stride_bytes = 2};
  CHECK(of({.values = numbers}).digest == of_numbers<double>({1, nan_value, 3}));
}

TEST_CASE("a NaN or a negative zero in any block of a long column counts") {
  std::vector<double> values = random_doubles(5000);
  for (const std::size_t at : {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, std::size_t{4999}}) {
    std::vector<double> changed = values;
    changed[at] = nan_value;
    const Digest with_nan = of_numbers(changed);
    std::vector<Value> mixed(changed.begin(), changed.end());
    CHECK(with_nan == of_values(mixed));
    changed[at] = -0.0;
    mixed[at] = 0;
    CHECK(of_numbers(changed) == of_values(mixed));
    CHECK(of_numbers(changed) != with_nan);
  }
}

TEST_CASE("integers that a double cannot hold are exact, whatever holds them") {
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(of_numbers<std::int64_t>({odd, 1}) == of_numbers<std::uint64_t>({std::uint64_t(odd), 1}));
  CHECK(of_numbers<std::int64_t>({odd, -odd, least + 1}) == of_values({odd, -odd, least + 1}));
  CHECK(of_numbers<std::int64_t>({odd}) != of_numbers<std::int64_t>({odd - 1}));
  CHECK(of_numbers<std::int64_t>({odd}) != of_numbers<std::int64_t>({-odd}));
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  CHECK(of_numbers<std::uint64_t>({most, 5}) == of_values({Value::big_integer("18446744073709551615"), 5}));
  CHECK(of_numbers<std::int64_t>({least, std::int64_t{1} << 60}) == of_numbers<double>({-0x1p63, 0x1p60}));
}

TEST_CASE("large integers among many small ones, and with missing values") {
  std::vector<std::int64_t> values(3000);
  std::vector<Value> mixed(3000);
  std::vector<std::uint8_t> mask(3000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = i % 700 == 3 ? (std::int64_t{1} << 60) + std::int64_t(i) : -std::int64_t(i);
    mask[i] = i % 701 == 3;
    mixed[i] = mask[i] ? Value() : Value(values[i]);
  }
  const Numbers numbers{.data = values.data(), .rows = 3000, .scalar = Scalar::int64, .missing = mask.data()};
  CHECK(of({.values = numbers}).digest == of_values(mixed));
}

TEST_CASE("integers beyond 64 bits: exact doubles are doubles, others are their words") {
  CHECK(of_values({Value::big_integer("1180591620717411303424"), 1}) == of_numbers<double>({0x1p70, 1}));
  CHECK(of_values({Value::big_integer("-1180591620717411303424"), 1}) == of_numbers<double>({-0x1p70, 1}));
  const Digest exact = of_values({Value::big_integer("1180591620717411303425")});
  CHECK(exact != of_numbers<double>({0x1p70}));
  CHECK(exact != of_values({Value::big_integer("-1180591620717411303425")}));
  CHECK(exact != of_values({Value::big_integer("1180591620717411303427")}));
}

TEST_CASE("complex numbers agree across precision and differ from reals") {
  const std::vector<float> single = {1, 2, -0.0F, 0.5F};
  const std::vector<double> wide = {1, 2, 0, 0.5};
  const auto digest_of = [](const void* data, Scalar scalar) {
    return of({.values = Numbers{.data = data, .rows = 2, .scalar = scalar}}).digest;
  };
  CHECK(digest_of(single.data(), Scalar::complex64) == digest_of(wide.data(), Scalar::complex128));
  const std::vector<double> half_missing = {1, 2, nan_value, 0.5};
  const std::vector<double> missing = {1, 2, nan_value, nan_value};
  CHECK(digest_of(half_missing.data(), Scalar::complex128) == digest_of(missing.data(), Scalar::complex128));
  CHECK(digest_of(wide.data(), Scalar::complex128) != of_numbers(wide));
}

TEST_CASE("texts are length and bytes") {
  CHECK(of_texts({"ab", "c"}) != of_texts({"a", "bc"}));
  CHECK(of_texts({"", "a"}) != of_texts({std::string_view(), "a"}));
  CHECK(of_texts({"a", "b"}) != of_texts({"a", "b"}, true));
  CHECK(of_texts({"a", std::string_view()}) == of_values({"a", nullptr}));
  CHECK(of_texts({"a", std::string_view()}) == of_values({"a", nan_value}));
  const std::string large(10'000, 'x');
  CHECK(of_texts({"a", large, "b"}) == of_values({"a", large, "b"}));
  CHECK(of_texts({"1"}) != of_numbers<double>({1}));
}

TEST_CASE("lone surrogates are kept, other bytes that are not UTF-8 are refused by row") {
  CHECK(of_texts({"\xed\xa0\x80"}) != of_texts({"\xed\xa0\x81"}));
  for (const char* bad : {"abcdefgh\xff", "\xc0\x80", "\xe2\x82", "\xf4\x90\x80\x80"}) {
    CHECK_THROWS_WITH_AS(of_texts({"fine", bad}), doctest::Contains("in row 1 is not UTF-8"), Error);
    CHECK_THROWS_WITH_AS(of_values({1, std::string(bad)}), doctest::Contains("in row 1 is not UTF-8"), Error);
  }
  CHECK(of_texts({"\xff"}, true) != of_texts({"\xfe"}, true));
}

TEST_CASE("times agree across units, before 1970 too") {
  const Digest expected = of_times({86'400, -86'400, nat}, TimeUnit::second);
  CHECK(of_times({1, -1, nat}, TimeUnit::day) == expected);
  CHECK(of_times({24, -24, nat}, TimeUnit::hour) == expected);
  CHECK(of_times({1'440, -1'440, nat}, TimeUnit::minute) == expected);
  CHECK(of_times({86'400'000, -86'400'000, nat}, TimeUnit::milli) == expected);
  CHECK(of_times({86'400'000'000, -86'400'000'000, nat}, TimeUnit::micro) == expected);
  CHECK(of_times({86'400'000'000'000, -86'400'000'000'000, nat}, TimeUnit::nano) == expected);
  CHECK(of_times({-1'001}, TimeUnit::pico) == of_times({-1'001'000}, TimeUnit::femto));
  CHECK(of_times({-1'001}, TimeUnit::femto) == of_times({-1'001'000}, TimeUnit::atto));
  CHECK(of_times({-1}, TimeUnit::nano) != of_times({1}, TimeUnit::nano));
}

TEST_CASE("naive times, instants and durations differ, though their numbers agree") {
  const Digest naive = of_times({5, 6}, TimeUnit::second);
  const Digest aware = of_times({5, 6}, TimeUnit::second, true);
  const Digest duration = of_times({5, 6}, TimeUnit::second, false, true);
  CHECK(naive != aware);
  CHECK(naive != duration);
  CHECK(aware != duration);
  CHECK(naive != of_numbers<double>({5, 6}));
}

TEST_CASE("times that 64-bit seconds cannot hold are refused") {
  CHECK_THROWS_WITH_AS(of_times({nat + 1}, TimeUnit::day), doctest::Contains("2^63 seconds from 1970"), Error);
}

TEST_CASE("columns without a value agree, and depend on the number of rows alone") {
  const Digest expected = of_numbers<double>({nan_value, nan_value});
  CHECK(of_values({nullptr, nullptr}) == expected);
  CHECK(of_texts({std::string_view(), std::string_view()}) == expected);
  CHECK(of_times({nat, nat}, TimeUnit::day, true) == expected);
  CHECK(of_numbers<double>({nan_value}) != expected);
  CHECK(of_numbers<double>({}) == of_texts({}));
  CHECK(of_values({}) == of_texts({}, true));
}

TEST_CASE("columns of several kinds keep the kinds apart") {
  const std::vector<Value> values = {1, "a", nullptr, 2.5};
  CHECK(of_values(values) == of_values({1.0, "a", nan_value, 2.5}));
  CHECK(of_values(values) != of_values({"1", "a", nullptr, 2.5}));
  CHECK(of_values({Value::json("[1]"), 1}) != of_values({Value::opaque("[1]"), 1}));
  CHECK(of_values({Value::class_name("A")}) != of_values({"A"}));
  CHECK(of({.values = Mixed{values}}).type == "object");
}
