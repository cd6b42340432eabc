#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <mltrack/dataset.hpp>
#include <mltrack/error.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "digest/dataset.hpp"
#include "digest/kernel.hpp"

using namespace mltrack;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t nat = std::numeric_limits<std::int64_t>::min();

ColumnDigest of(ColumnView column) { return digest({.columns = {std::move(column)}}).columns.at(0); }

template <class T>
constexpr Scalar scalar_of() {
  if constexpr (std::is_same_v<T, double>) return Scalar::float64;
  if constexpr (std::is_same_v<T, float>) return Scalar::float32;
  constexpr bool is_signed = std::is_signed_v<T>;
  switch (sizeof(T)) {
    case 1:
      return is_signed ? Scalar::int8 : Scalar::uint8;
    case 2:
      return is_signed ? Scalar::int16 : Scalar::uint16;
    case 4:
      return is_signed ? Scalar::int32 : Scalar::uint32;
    default:
      return is_signed ? Scalar::int64 : Scalar::uint64;
  }
}

template <class T>
Digest of_numbers(const std::vector<T>& values, Scalar scalar = scalar_of<T>()) {
  return of({.values = Numbers{.data = values.data(), .rows = values.size(), .scalar = scalar}}).digest;
}

Digest of_values(const std::vector<Value>& values) { return of({.values = Mixed{values}}).digest; }
Digest of_texts(const std::vector<std::string_view>& values, bool binary = false) {
  return of({.values = Texts{.values = values, .binary = binary}}).digest;
}
Digest of_times(const std::vector<std::int64_t>& values, TimeUnit unit, bool aware = false, bool duration = false) {
  return of({.values =
                 Times{
                     .data = values.data(), .rows = values.size(), .unit = unit, .aware = aware, .duration = duration}})
      .digest;
}

template <class T>
std::vector<T> cast(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<double> random_doubles(std::size_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

DatasetView row_major(const std::vector<double>& values, std::size_t rows, std::size_t columns) {
  return {.matrix = Matrix{.data = values.data(), .rows = rows, .columns = columns}};
}

}  // namespace

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

TEST_CASE("the digest does not depend on memory order, stride or container") {
  constexpr std::size_t rows = 1500;
  for (const std::size_t columns : {std::size_t{1}, std::size_t{2}, std::size_t{13}, std::size_t{300}}) {
    std::vector<double> c_order = random_doubles(rows * columns);
    c_order[5] = nan_value;
    c_order[rows] = -0.0;
    std::vector<double> f_order(c_order.size());
    std::vector<double> gaps(c_order.size() * 2 + 7);
    DatasetView vectors;
    DatasetView strided;
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t r = 0; r < rows; ++r) {
        const double value = c_order[r * columns + c];
        f_order[c * rows + r] = value;
        gaps[(r * columns + c) * 2] = value;
      }
      vectors.columns.push_back({.values = Numbers{.data = &f_order[c * rows], .rows = rows}});
      strided.columns.push_back({.values = Numbers{
                                     .data = &c_order[c],
                                     .rows = rows,
                                     .stride_bytes = static_cast<std::ptrdiff_t>(8 * columns),
                                 }});
    }
    const auto wide = static_cast<std::ptrdiff_t>(8 * columns);
    const Digest expected = digest(row_major(c_order, rows, columns)).values;
    CHECK(digest(vectors).values == expected);
    CHECK(digest(strided).values == expected);
    const Matrix f{.data = f_order.data(),
                   .rows = rows,
                   .columns = columns,
                   .row_stride_bytes = 8,
                   .column_stride_bytes = 8 * rows};
    CHECK(digest({.matrix = f}).values == expected);
    const Matrix g{
        .data = gaps.data(), .rows = rows, .columns = columns, .row_stride_bytes = 2 * wide, .column_stride_bytes = 16};
    CHECK(digest({.matrix = g}).values == expected);
    const auto last_row = static_cast<std::ptrdiff_t>(rows - 1) * wide;
    std::vector<double> upside_down(c_order.size());
    for (std::size_t r = 0; r < rows; ++r) {
      std::memcpy(&upside_down[(rows - 1 - r) * columns], &c_order[r * columns], 8 * columns);
    }
    const auto* end = reinterpret_cast<const char*>(upside_down.data()) + last_row;
    const Matrix u{.data = end, .rows = rows, .columns = columns, .row_stride_bytes = -wide, .column_stride_bytes = 8};
    CHECK(digest({.matrix = u}).values == expected);
  }
}

TEST_CASE("matrices of every scalar type agree with their doubles") {
  constexpr std::size_t rows = 300;
  constexpr std::size_t columns = 5;
  std::vector<double> doubles(rows * columns);
  std::vector<float> floats(rows * columns);
  std::vector<std::int64_t> longs(rows * columns);
  std::vector<std::uint8_t> bytes(rows * columns);
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 31);
    doubles[i] = floats[i] = bytes[i];
    longs[i] = bytes[i];
  }
  const auto values_of = [](const void* data, Scalar scalar) {
    return digest({.matrix = Matrix{.data = data, .rows = rows, .columns = columns, .scalar = scalar}}).values;
  };
  const Digest expected = values_of(doubles.data(), Scalar::float64);
  CHECK(values_of(floats.data(), Scalar::float32) == expected);
  CHECK(values_of(longs.data(), Scalar::int64) == expected);
  CHECK(values_of(bytes.data(), Scalar::uint8) == expected);
  longs[7] = (std::int64_t{1} << 60) + 1;
  CHECK(values_of(longs.data(), Scalar::int64) != expected);
}

TEST_CASE("unaligned buffers are read as they are") {
  const std::vector<double> values = random_doubles(2000);
  std::vector<char> shifted(values.size() * 8 + 3);
  std::memcpy(shifted.data() + 3, values.data(), values.size() * 8);
  CHECK(of({.values = Numbers{.data = shifted.data() + 3, .rows = values.size()}}).digest == of_numbers(values));
}

TEST_CASE("threads change nothing") {
  constexpr std::size_t rows = 20'000;
  constexpr std::size_t columns = 67;
  const std::vector<double> values = random_doubles(rows * columns);
  DatasetView view = row_major(values, rows, columns);
  const std::vector<std::string_view> texts(rows, "text");
  view.columns.push_back({.values = Texts{.values = texts}});
  const DatasetDigest one = digest(view, 1);
  for (const unsigned threads : {0U, 2U, 3U, 16U}) CHECK(digest(view, threads).content == one.content);
}

TEST_CASE("an error in any thread reaches the caller") {
  constexpr std::size_t rows = 300'000;
  const std::vector<double> values = random_doubles(rows);
  std::vector<std::string_view> texts(rows, "fine");
  texts[rows - 1] = "\xff";
  DatasetView view;
  for (int i = 0; i < 4; ++i) view.columns.push_back({.values = Numbers{.data = values.data(), .rows = rows}});
  view.columns.push_back({.values = Texts{.values = texts}});
  CHECK_THROWS_WITH_AS(digest(view, 2), doctest::Contains("in row 299999"), Error);
}

TEST_CASE("the kernel for AVX2 agrees with the one for any processor") {
  const kernel::Kernel* avx2 = kernel::avx2();
  const kernel::Kernel& other = avx2 != nullptr ? *avx2 : kernel::best();
  CHECK(std::string(other.name) == (__builtin_cpu_supports("avx2") ? "avx2" : "baseline"));
  for (const std::size_t rows : {0, 1, 7, 30, 31, 255, 256, 257, 1023, 1025, 4000}) {
    std::vector<double> values = random_doubles(rows * 11);
    if (rows > 2) values[rows] = nan_value, values[rows + 1] = -0.0;
    const DatasetView view = row_major(values, rows, 11);
    CHECK(digest_with(*kernel::baseline(), view, 1).content == digest_with(other, view, 1).content);
    const DatasetView packed = row_major(values, rows * 11, 1);
    CHECK(digest_with(*kernel::baseline(), packed, 1).content == digest_with(other, packed, 1).content);
  }
}

TEST_CASE("the content digest tells names, logical types and shape; the values digest does not") {
  const std::vector<std::int32_t> ints = {1, 2, 3, 4};
  const std::vector<double> doubles = {1, 2, 3, 4};
  const ColumnView plain{.values = Numbers{.data = ints.data(), .rows = 4, .scalar = Scalar::int32}};
  const DatasetDigest base = digest({.columns = {plain}});
  ColumnView named = plain;
  named.name = "age";
  ColumnView nameless = plain;
  nameless.name = "";
  ColumnView category = plain;
  category.type = "category";
  const ColumnView wide{.values = Numbers{.data = doubles.data(), .rows = 4}};
  for (const DatasetView& view :
       {DatasetView{.columns = {named}}, DatasetView{.columns = {nameless}}, DatasetView{.columns = {category}},
        DatasetView{.columns = {wide}}, DatasetView{.columns = {plain}, .shape = {4, 1, 1}}}) {
    CHECK(digest(view).values == base.values);
    CHECK(digest(view).content != base.content);
  }
  CHECK(digest({.columns = {named}}).columns[0].name == "age");
  CHECK(digest({.columns = {category}}).columns[0].type == "category");
}

TEST_CASE("matrix columns come first and take their names from the view") {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  DatasetView view = row_major(values, 3, 2);
  view.names = {"a", "b"};
  view.columns.push_back({.values = Numbers{.data = values.data(), .rows = 3}, .name = "c"});
  const DatasetDigest found = digest(view);
  REQUIRE(found.columns.size() == 3);
  CHECK(found.rows == 3);
  CHECK(found.columns[1].name == "b");
  CHECK(found.columns[2].name == "c");
  CHECK(found.columns[1].digest == of_numbers<double>({2, 4, 6}));
  view.names = {"a"};
  CHECK_THROWS_WITH_AS(digest(view), doctest::Contains("1 names for 2 matrix columns"), Error);
}

TEST_CASE("columns of unequal length are refused by name") {
  const std::vector<double> values = {1, 2, 3};
  const ColumnView three{.values = Numbers{.data = values.data(), .rows = 3}};
  const ColumnView two{.values = Numbers{.data = values.data(), .rows = 2}, .name = "age"};
  CHECK_THROWS_WITH_AS(digest({.columns = {three, two}}),
                       doctest::Contains("column 1 ('age') has 2 rows where the dataset has 3"), Error);
}

TEST_CASE("values digests tell rows from columns") {
  const std::vector<double> values = {1, 2, 3, 4};
  CHECK(digest(row_major(values, 2, 2)).values != digest(row_major(values, 4, 1)).values);
  CHECK(digest(row_major(values, 0, 2)).values != digest(row_major(values, 0, 3)).values);
  CHECK(digest({}).rows == 0);
  CHECK(digest({}).values);
}

TEST_CASE("the family is the type all columns share") {
  const std::vector<double> values = {1, 2, 3, 4};
  const std::vector<std::string_view> texts = {"a", "b"};
  DatasetView view = row_major(values, 2, 2);
  CHECK(digest(view).family() == "float");
  view.columns.push_back({.values = Texts{.values = texts}});
  CHECK(digest(view).family() == "table");
  CHECK(digest({}).family() == "table");
}

TEST_CASE("logical types are derived from what is there") {
  const std::vector<Value> values = {1, nullptr, true};
  CHECK(of({.values = Mixed{values}}).type == "int");
  const std::vector<Value> truths = {true, nan_value};
  CHECK(of({.values = Mixed{truths}}).type == "bool");
  const std::vector<Value> reals = {1, 0.5};
  CHECK(of({.values = Mixed{reals}}).type == "float");
  const std::vector<std::int64_t> times = {1};
  CHECK(of({.values = Times{.data = times.data(), .rows = 1, .aware = true}}).type == "datetime");
  CHECK(of({.values = Times{.data = times.data(), .rows = 1, .duration = true}}).type == "duration");
  CHECK(of({.values = Numbers{.data = times.data(), .rows = 1, .scalar = Scalar::boolean}}).type == "bool");
}

TEST_CASE("varied columns are those that equal ones could hardly match by chance") {
  const auto varied = [](const std::vector<double>& values) {
    return of({.values = Numbers{.data = values.data(), .rows = values.size()}}).varied;
  };
  std::vector<double> range;
  std::vector<double> tenths;
  std::vector<double> sorted_labels;
  std::vector<double> mostly_missing(3000, nan_value);
  for (int i = 0; i < 3000; ++i) {
    range.push_back(10 + 3 * i);
    tenths.push_back(i * 0.1);
    sorted_labels.push_back(i / 1000);
  }
  mostly_missing[1500] = 7;
  CHECK(varied(random_doubles(12)));
  CHECK_FALSE(varied(random_doubles(9)));
  CHECK_FALSE(varied(std::vector<double>(3000, 0)));
  CHECK_FALSE(varied(range));
  CHECK_FALSE(varied(tenths));
  CHECK_FALSE(varied(sorted_labels));
  CHECK_FALSE(varied(mostly_missing));
  std::vector<double> late(3000, 0);
  for (std::size_t i = 2900; i < 2910; i += 2) late[i] = 1;
  CHECK(varied(late));
}

TEST_CASE("dates in a row are a range, texts vary when they change") {
  std::vector<std::int64_t> days;
  std::vector<std::string_view> constant(100, "a");
  std::vector<std::string_view> changing;
  for (int i = 0; i < 100; ++i) {
    days.push_back(20'000 + i);
    changing.push_back(i % 2 == 0 ? "a" : "b");
  }
  const Times times{.data = days.data(), .rows = days.size(), .unit = TimeUnit::day};
  CHECK_FALSE(of({.values = times}).varied);
  for (std::size_t i = 0; i < days.size(); i += 7) days[i] += 3;
  CHECK(of({.values = times}).varied);
  CHECK_FALSE(of({.values = Texts{.values = constant}}).varied);
  CHECK(of({.values = Texts{.values = changing}}).varied);
}

TEST_CASE("a dataset is degenerate when none of its columns is varied") {
  std::vector<double> values(200, 1);
  CHECK(digest(row_major(values, 100, 2)).degenerate());
  const std::vector<double> random = random_doubles(100);
  for (std::size_t i = 0; i < 100; ++i) values[2 * i + 1] = random[i];
  CHECK_FALSE(digest(row_major(values, 100, 2)).degenerate());
  CHECK(digest({}).degenerate());
}
