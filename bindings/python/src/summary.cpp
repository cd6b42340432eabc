#include "summary.hpp"

#include <pybind11/gil_safe_call_once.h>

#include <algorithm>
#include <cctype>

namespace mltrack::python {
namespace {

std::optional<std::string> text_attribute(py::handle object, const char* name) {
  const py::object value = py::reinterpret_steal<py::object>(PyObject_GetAttrString(object.ptr(), name));
  if (!value) {
    PyErr_Clear();
    return {};
  }
  if (!PyUnicode_Check(value.ptr())) return {};
  return to_utf8(value);
}

// A dotted name without the parts that begin with an underscore.
std::string public_part(const std::string& module) {
  std::string out;
  for (std::size_t at = 0; at < module.size();) {
    const std::size_t end = std::min(module.find('.', at), module.size());
    if (module[at] != '_') {
      if (!out.empty()) out += '.';
      out.append(module, at, end - at);
    }
    at = end + 1;
  }
  return out;
}

// The public module that offers the object under this name, where there is one; else the module that defines it.
std::string offering_module(py::handle object, const std::string& module, const std::string& name) {
  const std::string candidate = public_part(module);
  if (candidate.empty() || candidate == module) return module;
  const py::object loaded = py::reinterpret_steal<py::object>(PyImport_GetModule(to_text(candidate).ptr()));
  if (!loaded) {
    PyErr_Clear();
    return module;
  }
  const py::object offered = py::reinterpret_steal<py::object>(PyObject_GetAttrString(loaded.ptr(), name.c_str()));
  if (!offered) PyErr_Clear();
  return offered.is(object) ? candidate : module;
}

std::string dotted_name(py::handle object, const std::string& otherwise) {
  const std::optional<std::string> module = text_attribute(object, "__module__");
  std::optional<std::string> name = text_attribute(object, "__qualname__");
  if (!name) name = text_attribute(object, "__name__");
  if (!name) return otherwise;
  return !module || *module == "builtins" ? *name : offering_module(object, *module, *name) + "." + *name;
}

bool is_ufunc(py::handle object) { return std::string_view(Py_TYPE(object.ptr())->tp_name) == "numpy.ufunc"; }

// Removes " at 0x7f..." wherever it stands.
std::string without_addresses(const std::string& text) {
  constexpr std::string_view mark = " at 0x";
  std::string out;
  std::size_t at = 0;
  for (std::size_t found = text.find(mark); found != std::string::npos; found = text.find(mark, at)) {
    out.append(text, at, found - at);
    at = found + mark.size();
    while (at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at]))) ++at;
  }
  return out.append(text, at);
}

bool has_own_repr(py::handle object) { return Py_TYPE(object.ptr())->tp_repr != PyBaseObject_Type.tp_repr; }

bool is_array(py::handle object) { return std::string_view(Py_TYPE(object.ptr())->tp_name) == "numpy.ndarray"; }

std::string array_summary(py::handle array) {
  const py::object digest = py::module_::import("mltrack._digest").attr("describe")(array);
  std::string out =
      "ndarray " + std::string(py::str(array.attr("dtype"))) + " " + std::string(py::str(array.attr("shape")));
  if (!digest.is_none()) out += " " + std::string(py::str(digest.attr("values")));
  return out;
}

std::string own_words(py::handle object) {
  const std::string name = class_name(Py_TYPE(object.ptr()));
  if (is_array(object)) return array_summary(object);
  const py::handle type(reinterpret_cast<PyObject*>(Py_TYPE(object.ptr())));
  if (py::hasattr(type, "get_params") || py::hasattr(type, "iloc") || !has_own_repr(object)) return name;
  const std::string words = without_addresses(to_utf8(py::repr(object)));
  return words.find(name) == std::string::npos ? name + ": " + words : words;
}

}  // namespace

std::string class_name(PyTypeObject* type) {
  return dotted_name(py::handle(reinterpret_cast<PyObject*>(type)), type->tp_name);
}

std::optional<std::string> callable_name(py::handle object) {
  if (PyType_Check(object.ptr()) || PyFunction_Check(object.ptr())) return dotted_name(object, "function");
  if (is_ufunc(object)) return "numpy." + text_attribute(object, "__name__").value_or("ufunc");
  if (!PyCFunction_Check(object.ptr())) return {};
  // A bound builtin method such as [].append belongs to an object, and a name would not say which.
  PyObject* self = PyCFunction_GET_SELF(object.ptr());
  if (self && !PyModule_Check(self)) return {};
  return dotted_name(object, "function");
}

bool is_numpy_scalar(py::handle object) {
  if (!std::string_view(Py_TYPE(object.ptr())->tp_name).starts_with("numpy.")) return false;
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> generic;
  const auto find = [] { return py::object(py::module_::import("numpy").attr("generic")); };
  return PyObject_IsInstance(object.ptr(), generic.call_once_and_store_result(find).get_stored().ptr()) == 1;
}

std::string summary(py::handle object) {
  try {
    return own_words(object);
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_Exception)) throw;
    return Py_TYPE(object.ptr())->tp_name;
  }
}

}  // namespace mltrack::python
