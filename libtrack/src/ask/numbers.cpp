#include "ask/numbers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include <mltrack/error.hpp>

namespace mltrack::ask {

namespace {

template <class T>
double read_as(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return static_cast<double>(value);
}

double read(const std::uint8_t* at, Scalar scalar) {
  switch (scalar) {
    case Scalar::boolean:
    case Scalar::uint8:
      return read_as<std::uint8_t>(at);
    case Scalar::int8:
      return read_as<std::int8_t>(at);
    case Scalar::int16:
      return read_as<std::int16_t>(at);
    case Scalar::int32:
      return read_as<std::int32_t>(at);
    case Scalar::int64:
      return read_as<std::int64_t>(at);
    case Scalar::uint16:
      return read_as<std::uint16_t>(at);
    case Scalar::uint32:
      return read_as<std::uint32_t>(at);
    case Scalar::uint64:
      return read_as<std::uint64_t>(at);
    case Scalar::float32:
      return read_as<float>(at);
    case Scalar::float64:
      return read_as<double>(at);
    case Scalar::float16:
    case Scalar::complex64:
    case Scalar::complex128:
      break;
  }
  throw Error(ErrorCode::invalid_argument,
              "columns of float16 and of complex numbers have no intervals here; expected "
              "integers, float32 or float64");
}

std::ptrdiff_t size_of(Scalar scalar) {
  constexpr std::ptrdiff_t sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16};
  return sizes[static_cast<std::size_t>(scalar)];
}

void add_piece(std::vector<double>& out, const ColumnView::Values& values) {
  const auto* numbers = std::get_if<Numbers>(&values);
  if (!numbers) throw Error(ErrorCode::invalid_argument, "a column holds no numbers; give the columns the model took");
  const auto* data = static_cast<const std::uint8_t*>(numbers->data);
  const std::ptrdiff_t stride = numbers->stride_bytes != 0 ? numbers->stride_bytes : size_of(numbers->scalar);
  for (std::size_t row = 0; row < numbers->rows; ++row) {
    const auto at = static_cast<std::ptrdiff_t>(row);
    const bool missing = numbers->missing && numbers->missing[at * numbers->missing_stride_bytes] != 0;
    const double value = missing ? std::nan("") : read(data + at * stride, numbers->scalar);
    if (!std::isfinite(value))
      throw Error(ErrorCode::invalid_argument, fmt::format("row {} has no finite number in every column", row));
    out.push_back(value);
  }
}

ColumnView column_of(const Matrix& matrix, std::size_t column) {
  const auto* data = static_cast<const std::uint8_t*>(matrix.data);
  return {.values = Numbers{.data = data + static_cast<std::ptrdiff_t>(column) * matrix.column_stride_bytes,
                            .rows = matrix.rows,
                            .scalar = matrix.scalar,
                            .stride_bytes = matrix.row_stride_bytes}};
}

/// The lower triangle L of L L' = matrix; nothing where that is not positive definite.
std::optional<Symmetric> factor(const Symmetric& matrix) {
  constexpr long double least = 1e-13L;
  Symmetric lower{matrix.size, std::vector<long double>(matrix.cells.size())};
  for (std::size_t j = 0; j < matrix.size; ++j) {
    for (std::size_t i = j; i < matrix.size; ++i) {
      long double sum = matrix.at(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= lower.at(i, k) * lower.at(j, k);
      if (i > j) {
        lower.at(i, j) = sum / lower.at(j, j);
        continue;
      }
      if (!(sum > least)) return std::nullopt;
      lower.at(j, j) = std::sqrt(sum);
    }
  }
  return lower;
}

/// Solves L L' x = e for the unit vector e of a position.
std::vector<long double> solve_unit(const Symmetric& lower, std::size_t position) {
  const std::size_t n = lower.size;
  std::vector<long double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    long double sum = i == position ? 1 : 0;
    for (std::size_t k = 0; k < i; ++k) sum -= lower.at(i, k) * x[k];
    x[i] = sum / lower.at(i, i);
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) x[i] -= lower.at(k, i) * x[k];
    x[i] /= lower.at(i, i);
  }
  return x;
}

}  // namespace

std::optional<Symmetric> inverse(const Symmetric& matrix) {
  const std::size_t n = matrix.size;
  // Columns of different units would look collinear: the diagonal is made 1 first.
  std::vector<long double> scale(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(matrix.at(i, i) > 0)) return std::nullopt;
    scale[i] = 1 / std::sqrt(matrix.at(i, i));
  }
  Symmetric scaled = matrix;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) scaled.at(i, j) *= scale[i] * scale[j];
  const auto lower = factor(scaled);
  if (!lower) return std::nullopt;
  Symmetric out = matrix;
  for (std::size_t j = 0; j < n; ++j) {
    const auto column = solve_unit(*lower, j);
    for (std::size_t i = 0; i < n; ++i) out.at(i, j) = column[i] * scale[i] * scale[j];
  }
  return out;
}

std::vector<std::vector<double>> numbers_of(const DatasetView& data) {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; data.matrix && i < data.matrix->columns; ++i)
    add_piece(out.emplace_back(), column_of(*data.matrix, i).values);
  for (const ColumnView& column : data.columns) {
    add_piece(out.emplace_back(), column.values);
    for (const auto& piece : column.more) add_piece(out.back(), piece);
  }
  return out;
}

}  // namespace mltrack::ask
