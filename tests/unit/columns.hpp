#pragma once

// Short ways to the digests of columns, for the tests.

#include <cstdint>
#include <limits>
#include <mltrack/dataset.hpp>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mltrack {

inline constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::int64_t nat = std::numeric_limits<std::int64_t>::min();

inline ColumnDigest of(ColumnView column) { return digest({.columns = {std::move(column)}}).columns.at(0); }

template <class T>
Digest of_numbers(const std::vector<T>& values, Scalar scalar = scalar_of<T>()) {
  return of({.values = Numbers{.data = values.data(), .rows = values.size(), .scalar = scalar}}).digest;
}

inline Digest of_values(const std::vector<Value>& values) { return of({.values = Mixed{values}}).digest; }
inline Digest of_texts(const std::vector<std::string_view>& values, bool binary = false) {
  return of({.values = Texts{.values = values, .binary = binary}}).digest;
}
inline Digest of_times(const std::vector<std::int64_t>& values, TimeUnit unit, bool aware = false,
                       bool duration = false) {
  return of({.values =
                 Times{
                     .data = values.data(), .rows = values.size(), .unit = unit, .aware = aware, .duration = duration}})
      .digest;
}

template <class T>
std::vector<T> cast(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

inline std::vector<double> random_doubles(std::size_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

inline DatasetView row_major(const std::vector<double>& values, std::size_t rows, std::size_t columns) {
  return {.matrix = Matrix{.data = values.data(), .rows = rows, .columns = columns}};
}

}  // namespace mltrack
