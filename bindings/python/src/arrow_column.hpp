#pragma once

#include <list>
#include <string>
#include <vector>

#include "arrow.hpp"

namespace mltrack::python {

/// Reads columns of Arrow data as views of them. Numbers, times and the bytes of texts stay where they are; bits are
/// widened to bytes, 32-bit times to 64 bits, and texts get a table of where they lie, which are kept here.
class ArrowColumns {
 public:
  explicit ArrowColumns(ArrowData data) : data_(std::move(data)) {}

  /// Nothing when a column is of a type that has no digest by value.
  std::optional<std::vector<ColumnView>> read();

  std::size_t size_bytes() const noexcept { return size_bytes_; }

 private:
  bool read_field(const ArrowField& field, ColumnView& out);
  bool read_dictionary(const ArrowField& field, ColumnView& out);
  bool read_times(const ArrowField& field, std::string_view format, ColumnView& out);
  bool read_texts(const ArrowField& field, std::string_view format, ColumnView& out);
  Numbers gathered(const std::vector<std::string_view>& values, Scalar scalar, std::size_t size);
  void read_nothing(const ArrowField& field, ColumnView& out);
  Numbers numbers_of(const ArrowSlice& slice, Scalar scalar, std::size_t size);
  Numbers booleans_of(const ArrowSlice& slice);
  const std::uint8_t* mask_of(const ArrowSlice& slice);
  const std::uint8_t* widened_bits(const void* bits, const ArrowSlice& slice, bool flipped);

  ArrowData data_;
  std::list<std::vector<std::uint8_t>> bytes_;
  std::list<std::vector<std::int64_t>> integers_;
  std::list<std::vector<std::string_view>> texts_;
  std::size_t size_bytes_ = 0;
};

}  // namespace mltrack::python
