#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "buffer.hpp"

namespace mltrack::python {

/// Gathers the columns of a dataset from Python objects, in any order, and digests them. Buffers stay where they are;
/// what is made of Python objects (texts, times) is kept here until then.
class Columns {
 public:
  explicit Columns(std::size_t count) : views_(count) {}

  /// A one-dimensional array for one position, or a block with one row for each position. `missing` has the same shape.
  /// False when the array does not hold numbers, or has another shape.
  bool add_numbers(const std::vector<std::size_t>& positions, py::handle array, py::handle missing,
                   const std::string& type);

  /// The same for an array of 64-bit integers that are times since 1970 or durations.
  bool add_times(const std::vector<std::size_t>& positions, py::handle array, const std::string& unit, bool aware,
                 bool duration, const std::string& type);

  /// A list of objects: numbers, texts, bytes, datetimes, durations, or a mixture of the first three, and missing
  /// values. False when there is something else in it. With `text`, a list without any value is one of texts.
  bool add_objects(std::size_t position, py::handle list, const std::string& type, bool text);

  /// `names` has a str or None for each column, or is None.
  std::shared_ptr<DatasetDigest> digest(py::handle names) const;

 private:
  friend class ObjectColumn;

  std::optional<Buffer> block(py::handle array, std::size_t count) const;
  ColumnView& at(std::size_t position);

  std::vector<ColumnView> views_;
  std::vector<Buffer> buffers_;
  std::vector<py::object> owners_;
  std::deque<std::vector<double>> numbers_;
  std::deque<std::vector<std::int64_t>> times_;
  std::deque<std::vector<std::string_view>> texts_;
  std::deque<std::string> encoded_;
  std::deque<std::vector<Value>> mixed_;
  std::size_t size_bytes_ = 0;
};

/// Digests a view; other threads may run meanwhile when it is large.
std::shared_ptr<DatasetDigest> digest_view(const DatasetView& view, std::size_t size_bytes);

}  // namespace mltrack::python
