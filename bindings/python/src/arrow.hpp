#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "bind.hpp"

namespace mltrack::python {

/// The two structures of the Arrow C data interface, and the one of its stream interface. Their layout is fixed by
/// Arrow's specification. Whoever holds one calls `release`, which is null in one that was moved from.
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

/// Rows [first, first + rows) of an array.
struct ArrowSlice {
  const ArrowArray* array;
  std::int64_t first;
  std::int64_t rows;
};

/// One column: what it holds, and where, in one slice for each chunk.
struct ArrowField {
  const ArrowSchema* schema;
  std::vector<ArrowSlice> slices;
};

/// What an object exports by `__arrow_c_array__` or `__arrow_c_stream__`: its memory, without a copy, until this is
/// destroyed.
class ArrowData {
 public:
  /// Nothing when the object exports nothing or refuses to.
  static std::optional<ArrowData> of(py::handle object);

  ArrowData(ArrowData&&) = default;
  ArrowData& operator=(ArrowData&&) = delete;

  /// The columns of a table, or the one of an array; nothing where whole rows are null.
  std::optional<std::vector<ArrowField>> fields() const;

  bool is_table() const noexcept;

 private:
  template <class Struct>
  struct Release {
    void operator()(Struct* held) const noexcept;
  };
  template <class Struct>
  using Held = std::unique_ptr<Struct, Release<Struct>>;

  ArrowData() = default;
  template <class Struct>
  static Held<Struct> take(const py::object& capsule, const char* name);
  bool read_array(py::handle object);
  bool read_stream(py::handle object);

  Held<ArrowSchema> schema_;
  std::vector<Held<ArrowArray>> chunks_;
};

}  // namespace mltrack::python
