#include "bind.hpp"

namespace mltrack::python {
namespace {

void raise(const Error& error) {
  const py::object type = py::module_::import("mltrack.errors").attr("BY_CODE")[to_string(error.code())];
  PyErr_SetObject(type.ptr(), to_text(error.what()).ptr());
}

void translate(std::exception_ptr pointer) {
  try {
    if (pointer) std::rethrow_exception(pointer);
  } catch (const Error& error) {
    raise(error);
  }
}

}  // namespace

void bind_errors(py::module_&) { py::register_local_exception_translator(translate); }

}  // namespace mltrack::python
