#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <mltrack/digest.hpp>
#include <mltrack/value.hpp>

namespace mltrack {

/// What a numeric buffer holds, in the machine's byte order.
enum class Scalar : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  float32,
  float64,
  complex64,
  complex128
};

/// Unit of a time or duration buffer.
enum class TimeUnit : std::uint8_t { day, hour, minute, second, milli, micro, nano, pico, femto, atto };

/// Numbers in the caller's memory. `missing`, where given, has one byte a row; a non-zero one means no value.
/// NaN means missing as well.
struct Numbers {
  const void* data = nullptr;
  std::size_t rows = 0;
  Scalar scalar = Scalar::float64;
  std::ptrdiff_t stride_bytes = 0;  ///< from one row to the next; 0 means densely packed
  const std::uint8_t* missing = nullptr;
  std::ptrdiff_t missing_stride_bytes = 1;
};

/// Times since 1970 or durations in the caller's memory; the smallest 64-bit integer means missing (NaT), and so does
/// a byte of `missing` that is not zero.
struct Times {
  const std::int64_t* data = nullptr;
  std::size_t rows = 0;
  TimeUnit unit = TimeUnit::nano;
  bool aware = false;  ///< instants in UTC; differs from naive times with equal numbers
  bool duration = false;
  std::ptrdiff_t stride_bytes = 0;  ///< 0 means densely packed
  const std::uint8_t* missing = nullptr;
  std::ptrdiff_t missing_stride_bytes = 1;
};

/// Texts (UTF-8) or byte strings. A view whose data() is null means missing.
struct Texts {
  std::span<const std::string_view> values;
  bool binary = false;
};

/// Values of mixed types. Only numbers, or only texts, digest like a column of that kind.
struct Mixed {
  std::span<const Value> values;
};

/// One column of a dataset: a view, nothing is copied. `type` is the logical type where the buffer does not tell it
/// ("category" for a categorical's values); empty means derived: bool, int, float, complex, string, datetime, duration,
/// binary, object. The name is absent for plain arrays.
///
/// A column that does not lie in one piece goes on in `more`, whose pieces hold the same kind of values (of Numbers the
/// same Scalar): the pieces are digested like one.
struct ColumnView {
  using Values = std::variant<Numbers, Times, Texts, Mixed>;

  Values values;
  std::optional<std::string> name{};
  std::string type{};
  std::vector<Values> more{};
};

/// A column of numbers or texts (string_view) that stay where they are: the range must outlive its use.
template <class T>
ColumnView column(std::string name, std::span<const T> values);
template <class T>
ColumnView column(std::string name, const std::vector<T>& values) {
  return column(std::move(name), std::span<const T>(values));
}

/// A two-dimensional numeric buffer of any memory order.
struct Matrix {
  const void* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  Scalar scalar = Scalar::float64;
  std::ptrdiff_t row_stride_bytes = 0;
  std::ptrdiff_t column_stride_bytes = 0;
};

/// A sparse matrix in the caller's memory: the entries of one column after the other, or of one row after the other, of
/// which `indexes` has the row or the column. The entries of line i are those from starts[i] on, up to starts[i + 1].
/// `starts` and `indexes` are packed int32 or int64, `entries` packed numbers. Absent entries are zeros.
struct Sparse {
  std::size_t rows = 0;
  std::size_t columns = 0;
  Numbers entries{};
  Numbers indexes{};
  Numbers starts{};
  bool by_rows = false;
};

/// A dataset in the caller's memory: the columns of `matrix`, if any, come first, then `columns`. All have the same
/// number of rows. `names`, where not empty, has one name per matrix column. `shape` is set for arrays of three and
/// more dimensions, which are digested as rows x the rest.
struct DatasetView {
  std::vector<ColumnView> columns{};
  std::optional<Matrix> matrix{};
  std::vector<std::string> names{};
  std::vector<std::int64_t> shape{};
};

/// The digest of one column's values. `varied` is false where equal values would prove nothing: see docs/digest.md.
struct ColumnDigest {
  std::optional<std::string> name;
  std::string type;
  Digest digest;
  bool varied = false;
};

/// What a dataset is, whatever holds it: its shape and the digests of its values.
struct DatasetDigest {
  Digest content;  ///< values, column names, logical types, shape
  Digest values;   ///< values alone: equal for a frame, its array and a C++ vector
  std::int64_t rows = 0;
  std::vector<ColumnDigest> columns;  ///< of a sparse matrix with more than 256 columns one that stands for all
  std::int64_t width = 0;             ///< number of columns

  /// The type common to all columns (float, int, string, ...), else "table".
  std::string family() const;

  /// True when no column is varied: equal content is then no evidence of common origin.
  bool degenerate() const noexcept;
};

/// Digests every value of a dataset, in place. `threads` bounds the threads used; 0 uses the processor's cores for
/// large data and one for small. The result does not depend on it, nor on memory order, machine or language. Throws
/// Error(invalid_argument) when columns differ in length or a text is not UTF-8.
DatasetDigest digest(const DatasetView& data, unsigned threads = 0);

/// One 64-bit hash per row: rows of equal values have equal ones, whatever holds them; docs/digest.md defines it.
/// Unequal rows may agree by chance, once in 2^64 pairs. `threads` and errors as for `digest`.
std::vector<std::uint64_t> row_hashes(const DatasetView& data, unsigned threads = 0);

/// True for a sparse matrix that is digested column by column, like the dense matrix of the same values: one of up to
/// 256 columns, or of up to 2^16 columns and 2^26 values. A larger one is content of its own kind.
bool is_digested_by_columns(std::size_t rows, std::size_t columns) noexcept;

/// Digests a sparse matrix without making it dense, entries that are zero like absent ones. It must lie by columns
/// where `is_digested_by_columns`, else by rows. Nothing when it does not, when indexes do not ascend in a line, or
/// when its values are complex or integers that no float64 equals.
std::optional<DatasetDigest> digest(const Sparse& data, unsigned threads = 0);

/// One 64-bit hash per row of a sparse matrix that lies by rows: comparable among sparse matrices only. Nothing as
/// above.
std::optional<std::vector<std::uint64_t>> row_hashes(const Sparse& data);

/// The Scalar that holds a C++ number.
template <class T>
constexpr Scalar scalar_of() noexcept {
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "a column holds numbers of up to 64 bits or string_views");
  if constexpr (std::is_same_v<T, bool>) return Scalar::boolean;
  if constexpr (std::is_floating_point_v<T>) return sizeof(T) == 4 ? Scalar::float32 : Scalar::float64;
  constexpr Scalar with_sign[] = {Scalar::int8, Scalar::int16, Scalar::int32, Scalar::int64};
  constexpr Scalar without_sign[] = {Scalar::uint8, Scalar::uint16, Scalar::uint32, Scalar::uint64};
  constexpr std::size_t power = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return std::is_signed_v<T> ? with_sign[power] : without_sign[power];
}

template <class T>
ColumnView column(std::string name, std::span<const T> values) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return {.values = Texts{.values = values}, .name = std::move(name)};
  } else {
    return {.values = Numbers{.data = values.data(), .rows = values.size(), .scalar = scalar_of<T>()},
            .name = std::move(name)};
  }
}

}  // namespace mltrack
