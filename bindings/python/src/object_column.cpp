#include "object_column.hpp"

#include <datetime.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "summary.hpp"

namespace mltrack::python {
namespace {

constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t day_us = 86'400'000'000;

bool is_missing(PyObject* object) {
  if (object == Py_None) return true;
  const std::string_view type = Py_TYPE(object)->tp_name;
  return type.ends_with("NAType") || type.ends_with("NaTType");
}

bool fits_double(PyObject* integer) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
  constexpr long long exact = 1LL << 53;
  return overflow == 0 && value >= -exact && value <= exact;
}

std::int64_t nanoseconds_below(py::handle object) {
  if (PyDateTime_CheckExact(object.ptr()) || PyDelta_CheckExact(object.ptr())) return 0;
  const py::object below = py::getattr(object, PyDelta_Check(object.ptr()) ? "nanoseconds" : "nanosecond", py::none());
  return below.is_none() ? 0 : below.cast<std::int64_t>();
}

std::int64_t delta_us(PyObject* delta) {
  return PyDateTime_DELTA_GET_DAYS(delta) * day_us + PyDateTime_DELTA_GET_SECONDS(delta) * std::int64_t{1'000'000} +
         PyDateTime_DELTA_GET_MICROSECONDS(delta);
}

std::int64_t date_us(PyObject* date) {
  using namespace std::chrono;
  const sys_days days = year(PyDateTime_GET_YEAR(date)) / PyDateTime_GET_MONTH(date) / PyDateTime_GET_DAY(date);
  return days.time_since_epoch().count() * day_us;
}

std::int64_t time_of_day_us(PyObject* time) {
  const std::int64_t seconds =
      PyDateTime_DATE_GET_HOUR(time) * 3600 + PyDateTime_DATE_GET_MINUTE(time) * 60 + PyDateTime_DATE_GET_SECOND(time);
  return seconds * 1'000'000 + PyDateTime_DATE_GET_MICROSECOND(time);
}

}  // namespace

bool ObjectColumn::read(py::handle list) {
  if (!PyDateTimeAPI) PyDateTime_IMPORT;
  objects_.reserve(py::len(list));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.ptr()); ++i) {
    if (!add(py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(list.ptr(), i)))) return false;
  }
  if (kinds_ == 0 && any_nan_) kinds_ = number;
  return consistent();
}

bool ObjectColumn::consistent() const noexcept {
  const bool timed = (kinds_ & (naive | aware | duration)) != 0;
  return !timed || only_times();
}

bool ObjectColumn::add(py::handle object) {
  PyObject* raw = object.ptr();
  micros_.resize(objects_.size(), no_time);
  nanos_.resize(objects_.size(), 0);
  if (is_missing(raw)) {
    objects_.emplace_back();
    return true;
  }
  if (PyUnicode_Check(raw) || PyBytes_Check(raw)) {
    kinds_ |= PyUnicode_Check(raw) ? text : binary;
    objects_.push_back(py::reinterpret_borrow<py::object>(object));
    return true;
  }
  if (PyDelta_Check(raw)) return add_duration(object);
  if (PyDate_Check(raw)) return add_time(object);
  if (PyTime_Check(raw)) return add_time_of_day(object);
  return add_number(object);
}

bool ObjectColumn::add_number(py::handle object) {
  PyObject* raw = object.ptr();
  if (PyFloat_Check(raw)) {
    if (std::isnan(PyFloat_AS_DOUBLE(raw))) {
      any_nan_ = true;
      objects_.emplace_back();
      return true;
    }
    any_float_ = true;
  } else if (PyLong_Check(raw)) {
    any_int_ = any_int_ || !PyBool_Check(raw);
    exact_ = exact_ && fits_double(raw);
  } else {
    if (!is_numpy_scalar(object)) return false;
    const auto kind = object.attr("dtype").attr("kind").cast<std::string>();
    if (kind == "M" || kind == "m") return add_numpy_time(object, kind);
    const py::object item = object.attr("item")();
    if (!PyFloat_Check(item.ptr()) && !PyLong_Check(item.ptr())) return false;
    return add_number(item);
  }
  kinds_ |= number;
  objects_.push_back(py::reinterpret_borrow<py::object>(object));
  return true;
}

bool ObjectColumn::add_time(py::handle object) {
  PyObject* raw = object.ptr();
  std::int64_t us = date_us(raw);
  Kind kind = naive;
  if (PyDateTime_Check(raw)) {
    us += time_of_day_us(raw);
    const py::object offset = object.attr("utcoffset")();
    if (!offset.is_none()) {
      kind = aware;
      us -= delta_us(offset.ptr());
    }
    nanos_.push_back(nanoseconds_below(object));
    any_nano_ = any_nano_ || nanos_.back() != 0;
  }
  kinds_ |= kind;
  micros_.push_back(us);
  objects_.push_back(py::reinterpret_borrow<py::object>(object));
  return true;
}

// As datetime or timedelta, which numpy gives for microseconds, and what is below them.
bool ObjectColumn::add_numpy_time(py::handle object, const std::string& kind) {
  const auto type = py::str(object.attr("dtype")).cast<std::string>();
  if (kind == "m" && (type.ends_with("M]") || type.ends_with("Y]"))) return false;  // months have no length
  const py::object whole = object.attr("astype")(kind + "8[us]");
  const py::object item = whole.attr("item")();
  if (!item.is_none() && !PyDate_Check(item.ptr()) && !PyDelta_Check(item.ptr())) return false;  // before year 1, ...
  if (!add(item)) return false;
  if (item.is_none()) return true;
  const py::object below = py::reinterpret_borrow<py::object>(object) - whole;
  nanos_.back() = below.attr("astype")("m8[ns]").attr("astype")("i8").cast<std::int64_t>();
  any_nano_ = any_nano_ || nanos_.back() != 0;
  return true;
}

// The duration since midnight, unless it depends on a zone.
bool ObjectColumn::add_time_of_day(py::handle object) {
  PyObject* raw = object.ptr();
  if (!object.attr("tzinfo").is_none()) return false;
  const std::int64_t seconds =
      PyDateTime_TIME_GET_HOUR(raw) * 3600 + PyDateTime_TIME_GET_MINUTE(raw) * 60 + PyDateTime_TIME_GET_SECOND(raw);
  kinds_ |= duration;
  micros_.push_back(seconds * 1'000'000 + PyDateTime_TIME_GET_MICROSECOND(raw));
  nanos_.push_back(0);
  objects_.push_back(py::reinterpret_borrow<py::object>(object));
  return true;
}

bool ObjectColumn::add_duration(py::handle object) {
  kinds_ |= duration;
  micros_.push_back(delta_us(object.ptr()));
  nanos_.push_back(nanoseconds_below(object));
  any_nano_ = any_nano_ || nanos_.back() != 0;
  objects_.push_back(py::reinterpret_borrow<py::object>(object));
  return true;
}

const char* ObjectColumn::number_type() const noexcept {
  if (any_float_ || kinds_ != number || (any_nan_ && !any_int_)) return "float";
  return any_int_ ? "int" : "bool";
}

std::vector<double> ObjectColumn::numbers() const {
  std::vector<double> out;
  out.reserve(objects_.size());
  for (const py::object& object : objects_) {
    out.push_back(!object                       ? std::numeric_limits<double>::quiet_NaN()
                  : PyFloat_Check(object.ptr()) ? PyFloat_AS_DOUBLE(object.ptr())
                                                : PyLong_AsDouble(object.ptr()));
  }
  return out;
}

std::vector<std::int64_t> ObjectColumn::times(TimeUnit& unit) const {
  unit = any_nano_ ? TimeUnit::nano : TimeUnit::micro;
  std::vector<std::int64_t> out(micros_.begin(), micros_.end());
  out.resize(objects_.size(), no_time);
  if (!any_nano_) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] != no_time) out[i] = out[i] * 1000 + (i < nanos_.size() ? nanos_[i] : 0);
  }
  return out;
}

std::vector<Value> ObjectColumn::mixed() const {
  std::vector<Value> out;
  out.reserve(objects_.size());
  for (const py::object& object : objects_) out.push_back(object ? to_value(object) : Value());
  return out;
}

std::vector<std::string_view> ObjectColumn::texts(std::list<std::string>& encoded) const {
  std::vector<std::string_view> out;
  out.reserve(objects_.size());
  for (const py::object& object : objects_) {
    Py_ssize_t size = 0;
    if (!object) {
      out.emplace_back();
    } else if (PyBytes_Check(object.ptr())) {
      out.emplace_back(PyBytes_AS_STRING(object.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(object.ptr())));
    } else if (const char* utf8 = PyUnicode_AsUTF8AndSize(object.ptr(), &size)) {
      out.emplace_back(utf8, static_cast<std::size_t>(size));
    } else {
      PyErr_Clear();
      out.push_back(encoded.emplace_back(to_utf8(object)));
    }
  }
  return out;
}

}  // namespace mltrack::python
