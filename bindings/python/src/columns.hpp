#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "arrow_column.hpp"
#include "buffer.hpp"

namespace mltrack::python {

/// Gathers the columns of a dataset from Python objects, in any order, to digest them. Buffers stay where they are;
/// what is made of Python objects (texts, times) is kept here until then.
class Columns {
 public:
  /// `names` has a str or None for each column, or is None.
  explicit Columns(std::size_t count, py::handle names = py::none());

  /// The columns of an array of numbers of any number of dimensions, or of its transpose. Null when it does not hold
  /// numbers in the machine's byte order and in even steps.
  static std::shared_ptr<Columns> of_array(py::handle array, py::handle names, bool transposed);

  /// A list of scalars is one column; a list of equally long lists or tuples is rows. Null for others.
  static std::shared_ptr<Columns> of_list(py::handle list);

  /// The columns of a table, or the one of an array, that the object exports by Arrow's C interface. Null when it does
  /// not, or holds what has no digest by value.
  static std::shared_ptr<Columns> of_arrow(py::handle object);

  /// A one-dimensional array for one position, or a block with one row for each position. `missing` has the same shape.
  /// False when the array does not hold numbers, or has another shape.
  bool add_numbers(const std::vector<std::size_t>& positions, py::handle array, py::handle missing,
                   const std::string& type);

  /// The same for an array of 64-bit integers that are times since 1970 or durations.
  bool add_times(const std::vector<std::size_t>& positions, py::handle array, const std::string& unit, bool aware,
                 bool duration, const std::string& type);

  /// The only column of an object that exports it by Arrow's C interface. False when it cannot be digested.
  bool add_arrow(std::size_t position, py::handle object, const std::string& type);

  /// A list of objects: numbers, texts, bytes, datetimes, durations, or a mixture of the first three, and missing
  /// values. False when there is something else in it. With `text`, a list without any value is one of texts.
  bool add_objects(std::size_t position, py::handle list, const std::string& type, bool text);

  /// What was gathered; valid as long as this is.
  const DatasetView& view() const noexcept { return view_; }

  std::shared_ptr<DatasetDigest> digest() const;
  std::vector<std::uint64_t> row_hashes() const;

 private:
  friend class ObjectColumn;

  std::optional<std::vector<ColumnView>> read_arrow(py::handle object);
  static std::optional<Buffer> block(py::handle array, std::size_t count);
  ColumnView& at(std::size_t position);
  void put(std::size_t position, ColumnView column);

  DatasetView view_;
  std::vector<Buffer> buffers_;
  std::vector<py::object> owners_;
  std::list<std::vector<double>> numbers_;
  std::list<std::vector<std::int64_t>> times_;
  std::list<std::vector<std::string_view>> texts_;
  std::list<std::string> encoded_;
  std::list<std::vector<Value>> mixed_;
  std::list<ArrowColumns> arrow_;
  std::size_t size_bytes_ = 0;
};

}  // namespace mltrack::python
