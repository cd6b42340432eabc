#include <pybind11/gil_safe_call_once.h>

#include "bind.hpp"
#include "summary.hpp"

namespace mltrack::python {
namespace {

constexpr int deepest_json = 100;

// Python refuses to print integers of more than a few thousand digits at once, so they go in pieces.
const py::int_& piece() {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::int_> ten_to_4000;
  return ten_to_4000
      .call_once_and_store_result([] { return py::int_(py::module_::import("builtins").attr("pow")(10, 4000)); })
      .get_stored();
}

std::string decimal(py::object number) {
  const bool negative = number < py::int_(0);
  if (negative) number = -number;
  std::string digits;
  while (number >= piece()) {
    const py::tuple parts = py::reinterpret_steal<py::tuple>(PyNumber_Divmod(number.ptr(), piece().ptr()));
    const std::string low = py::str(parts[1]);
    digits.insert(0, std::string(4000 - low.size(), '0') + low);
    number = parts[0];
  }
  return (negative ? "-" : "") + std::string(py::str(number)) + digits;
}

py::object from_decimal(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  const std::size_t first = digits.size() % 4000;
  py::object number = py::int_(py::str(first ? std::string(digits.substr(0, first)) : "0"));
  for (std::size_t at = first; at < digits.size(); at += 4000) {
    number = number * piece() + py::int_(py::str(std::string(digits.substr(at, 4000))));
  }
  return negative ? -number : number;
}

std::string float_json(double number) {
  char* text = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, nullptr);
  if (!text) throw py::error_already_set();
  std::string out = text;
  PyMem_Free(text);
  if (out == "nan") return "NaN";
  if (out == "inf") return "Infinity";
  return out == "-inf" ? "-Infinity" : out;
}

void append_string(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
    } else {
      out += c;
    }
  }
  out += '"';
}

// Writes a list, tuple or dict as JSON. What has no exact form is written as its summary, and `exact` tells.
class JsonWriter {
 public:
  std::string text;
  bool exact = true;

  void any(py::handle object) {
    if (PyList_Check(object.ptr()) || PyTuple_Check(object.ptr())) return nested(object, &JsonWriter::sequence);
    if (PyDict_Check(object.ptr())) return nested(object, &JsonWriter::mapping);
    scalar(to_value(object));
  }

 private:
  void nested(py::handle object, void (JsonWriter::*write)(py::handle)) {
    if (depth_ == deepest_json) return summary("...");
    ++depth_;
    (this->*write)(object);
    --depth_;
  }

  void summary(std::string_view words) {
    exact = false;
    append_string(text, words);
  }

  void sequence(py::handle object) {
    text += '[';
    // A list may change while its members' own code runs.
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object.ptr()); ++i) {
      if (i > 0) text += ',';
      any(py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(object.ptr(), i)));
    }
    text += ']';
  }

  void mapping(py::handle object) {
    text += '{';
    bool first = true;
    for (const py::handle pair : py::list(py::reinterpret_borrow<py::dict>(object).attr("items")())) {
      if (!first) text += ',';
      first = false;
      key(pair[py::int_(0)]);
      text += ':';
      any(pair[py::int_(1)]);
    }
    text += '}';
  }

  void key(py::handle object) {
    const Value value = to_value(object);
    switch (value.type()) {
      case Value::Type::text:
      case Value::Type::integer:
      case Value::Type::real:
        return append_string(text, value.str());
      case Value::Type::none:
        return append_string(text, "null");
      case Value::Type::boolean:
        return append_string(text, std::get<bool>(value.data()) ? "true" : "false");
      default:
        summary(value.str());
    }
  }

  void scalar(const Value& value) {
    switch (value.type()) {
      case Value::Type::none:
        text += "null";
        return;
      case Value::Type::boolean:
        text += std::get<bool>(value.data()) ? "true" : "false";
        return;
      case Value::Type::integer:
        text += value.str();
        return;
      case Value::Type::real:
        text += float_json(std::get<double>(value.data()));
        return;
      case Value::Type::text:
        append_string(text, std::get<std::string>(value.data()));
        return;
      default:
        summary(value.str());
    }
  }

  int depth_ = 0;
};

Value to_json_value(py::handle object) {
  JsonWriter writer;
  writer.any(object);
  return writer.exact ? Value::json(writer.text) : Value::opaque(writer.text);
}

Value to_integer(py::handle object) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (overflow == 0) return Value(static_cast<std::int64_t>(small));
  return Value::big_integer(decimal(py::reinterpret_borrow<py::object>(object)));
}

// numpy's scalars that are not already a float or str: what `item()` makes of them.
std::optional<Value> from_numpy_scalar(py::handle object) {
  if (!is_numpy_scalar(object)) return {};
  const py::object item = object.attr("item")();
  if (Py_TYPE(item.ptr()) == Py_TYPE(object.ptr())) return {};
  if (PyBool_Check(item.ptr()) || PyLong_Check(item.ptr()) || PyFloat_Check(item.ptr())) return to_value(item);
  return {};
}

}  // namespace

Value to_value(py::handle object) {
  PyObject* raw = object.ptr();
  if (raw == Py_None) return {};
  if (PyBool_Check(raw)) return Value(raw == Py_True);
  if (PyFloat_Check(raw)) return Value(PyFloat_AS_DOUBLE(raw));
  if (PyLong_Check(raw)) return to_integer(object);
  if (PyUnicode_Check(raw)) return Value(to_utf8(object));
  if (PyList_Check(raw) || PyTuple_Check(raw) || PyDict_Check(raw)) return to_json_value(object);
  if (const std::optional<std::string> name = callable_name(object)) return Value::class_name(*name);
  try {
    if (const std::optional<Value> value = from_numpy_scalar(object)) return *value;
  } catch (const py::error_already_set&) {
    return Value::opaque(class_name(Py_TYPE(raw)));
  }
  return Value::opaque(summary(object));
}

Params to_params(py::handle mapping) {
  Params params;
  if (mapping.is_none()) return params;
  PyObject* name = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t at = 0;
  // A copy, because summaries may run code that changes the dict.
  const py::dict copy(mapping.attr("copy")());
  while (PyDict_Next(copy.ptr(), &at, &name, &value)) params.insert_or_assign(to_utf8(name), to_value(value));
  return params;
}

py::object to_python(const Value& value) {
  const auto& data = value.data();
  switch (value.type()) {
    case Value::Type::none:
      return py::none();
    case Value::Type::boolean:
      return py::bool_(std::get<bool>(data));
    case Value::Type::real:
      return py::float_(std::get<double>(data));
    case Value::Type::integer:
      if (const std::string* digits = std::get_if<std::string>(&data)) return from_decimal(*digits);
      return py::int_(std::get<std::int64_t>(data));
    case Value::Type::text:
      return to_text(std::get<std::string>(data));
    case Value::Type::json:
      return py::module_::import("mltrack._values").attr("parse")(to_text(value.str()));
    case Value::Type::class_name:
      return py::module_::import("mltrack._values").attr("ClassName")(to_text(value.str()));
    case Value::Type::opaque:
      return py::module_::import("mltrack._values").attr("Opaque")(to_text(value.str()));
  }
  return py::none();
}

py::object to_python(const Params& params) {
  py::dict out;
  for (const auto& [name, value] : params) out[to_text(name)] = to_python(value);
  return out;
}

std::string to_utf8(py::handle text) {
  if (!PyUnicode_Check(text.ptr())) {
    throw py::type_error("expected a str, not " + std::string(Py_TYPE(text.ptr())->tp_name));
  }
  Py_ssize_t size = 0;
  if (const char* utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size)) return {utf8, static_cast<std::size_t>(size)};
  PyErr_Clear();
  const py::bytes bytes =
      py::reinterpret_steal<py::bytes>(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogatepass"));
  if (!bytes) throw py::error_already_set();
  return bytes;
}

py::str to_text(std::string_view utf8) {
  PyObject* text = PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), "surrogatepass");
  if (!text) {
    PyErr_Clear();
    text = PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), "replace");
  }
  if (!text) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(text);
}

Digest to_digest(py::handle hex) { return hex.is_none() ? Digest() : Digest::parse(to_utf8(hex)); }

py::object to_hex(const Digest& digest) { return digest ? py::object(to_text(digest.hex())) : py::none(); }

}  // namespace mltrack::python
