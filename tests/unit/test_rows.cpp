#include <doctest/doctest.h>

#include <mltrack/error.hpp>

#include "columns.hpp"
#include "digest/rows.hpp"

using namespace mltrack;

namespace {

DatasetView as_columns(const std::vector<double>& values, std::size_t rows, std::size_t columns) {
  DatasetView view;
  for (std::size_t c = 0; c < columns; ++c) {
    const auto stride = static_cast<std::ptrdiff_t>(columns * sizeof(double));
    view.columns.push_back({.values = Numbers{.data = values.data() + c, .rows = rows, .stride_bytes = stride}});
  }
  return view;
}

}  // namespace

TEST_CASE("rows have equal hashes whether a matrix or columns hold them") {
  const std::vector<double> values = random_doubles(3000 * 7);
  const std::vector<std::uint64_t> hashes = row_hashes(row_major(values, 3000, 7));
  CHECK(hashes.size() == 3000);
  CHECK(hashes[0] != hashes[1]);
  CHECK(row_hashes(as_columns(values, 3000, 7)) == hashes);
}

TEST_CASE("all kernels and any number of threads make the same row hashes") {
  std::vector<double> values = random_doubles(20'000 * 9);
  values[17] = nan_value;
  values[1000] = -0.0;
  const DatasetView view = row_major(values, 20'000, 9);
  const std::vector<std::uint64_t> expected = row_hashes_with(*kernel::baseline(), view, 1);
  CHECK(row_hashes_with(kernel::best(), view, 4) == expected);
  values[17] = -nan_value;
  values[1000] = 0.0;
  CHECK(row_hashes_with(kernel::best(), view, 1) == expected);
}

TEST_CASE("a row of several kinds of values") {
  const std::vector<std::int64_t> counts = {1, (std::int64_t{1} << 60) + 1, 1};
  const std::vector<std::string_view> texts = {"a", {}, "a"};
  const std::vector<std::int64_t> days = {1, nat, 1};
  const std::vector<Value> mixed = {"x", 2, "x"};
  const auto hashes = row_hashes({.columns = {column<std::int64_t>("count", counts),
                                              {.values = Texts{.values = texts}},
                                              {.values = Times{.data = days.data(), .rows = 3, .unit = TimeUnit::day}},
                                              {.values = Mixed{mixed}}}});
  CHECK(hashes[0] == hashes[2]);
  CHECK(hashes[0] != hashes[1]);
}

TEST_CASE("times of a row do not depend on the unit, and may be masked") {
  const std::vector<std::int64_t> days = {2, 3};
  const std::vector<std::int64_t> hours = {48, 72};
  const std::vector<std::uint8_t> mask = {0, 1};
  const auto of_days =
      row_hashes({.columns = {{.values = Times{.data = days.data(), .rows = 2, .unit = TimeUnit::day}}}});
  const Times masked{.data = hours.data(), .rows = 2, .unit = TimeUnit::hour, .missing = mask.data()};
  const auto of_hours = row_hashes({.columns = {{.values = masked}}});
  CHECK(of_days[0] == of_hours[0]);
  CHECK(of_days[1] != of_hours[1]);
  CHECK(of({.values = masked}).digest == of_times({2, nat}, TimeUnit::day));
}

TEST_CASE("integers of any size hash alike in buffers and as values") {
  const std::vector<std::uint64_t> words = {std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 1, 7};
  const std::vector<Value> values = {Value::big_integer("9223372036854775808"),
                                     Value::big_integer("9223372036854775809"), 7};
  CHECK(row_hashes({.columns = {column<std::uint64_t>("n", words)}}) ==
        row_hashes({.columns = {{.values = Mixed{values}}}}));
}

TEST_CASE("columns of different lengths have no rows") {
  const std::vector<double> one = {1};
  const std::vector<double> two = {1, 2};
  CHECK_THROWS_AS(row_hashes({.columns = {column<double>("a", one), column<double>("b", two)}}), Error);
}
