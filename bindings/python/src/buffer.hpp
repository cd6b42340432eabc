#pragma once

#include <optional>

#include "bind.hpp"

namespace mltrack::python {

/// A read-only view of an object's memory; holds the export until it is destroyed.
class Buffer {
 public:
  /// Nothing when the object exports no buffer (numpy's datetimes do not).
  static std::optional<Buffer> of(py::handle object);

  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  ~Buffer();

  const Py_buffer& view() const noexcept { return *view_; }

  /// What the elements are, or nothing when they are not numbers in the machine's byte order.
  std::optional<Scalar> scalar() const noexcept;

 private:
  explicit Buffer(std::unique_ptr<Py_buffer> view) noexcept : view_(std::move(view)) {}

  std::unique_ptr<Py_buffer> view_;
};

}  // namespace mltrack::python
