#include "buffer.hpp"

namespace mltrack::python {
namespace {

std::optional<Scalar> integer(bool is_signed, Py_ssize_t size) noexcept {
  switch (size) {
    case 1:
      return is_signed ? Scalar::int8 : Scalar::uint8;
    case 2:
      return is_signed ? Scalar::int16 : Scalar::uint16;
    case 4:
      return is_signed ? Scalar::int32 : Scalar::uint32;
    case 8:
      return is_signed ? Scalar::int64 : Scalar::uint64;
    default:
      return {};
  }
}

}  // namespace

std::optional<Buffer> Buffer::of(py::handle object) {
  auto view = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object.ptr(), view.get(), PyBUF_FULL_RO) == 0) return Buffer(std::move(view));
  PyErr_Clear();
  return {};
}

Buffer::Buffer(Buffer&& other) noexcept : view_(std::move(other.view_)) {}

Buffer::~Buffer() {
  if (view_) PyBuffer_Release(view_.get());
}

std::optional<Scalar> Buffer::scalar() const noexcept {
  std::string_view format = view_->format ? view_->format : "B";
  if (format.starts_with('@') || format.starts_with('=')) format.remove_prefix(1);
  if (format == "Zf") return Scalar::complex64;
  if (format == "Zd") return Scalar::complex128;
  if (format.size() != 1) return {};
  switch (format[0]) {
    case '?':
      return Scalar::boolean;
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
      return integer(true, view_->itemsize);
    case 'B':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
      return integer(false, view_->itemsize);
    case 'e':
      return Scalar::float16;
    case 'f':
      return Scalar::float32;
    case 'd':
      return Scalar::float64;
    default:
      return {};
  }
}

}  // namespace mltrack::python
