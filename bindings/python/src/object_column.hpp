#pragma once

#include <list>
#include <string>
#include <vector>

#include "bind.hpp"

namespace mltrack::python {

/// What a list of Python objects holds, read in one pass.
class ObjectColumn {
 public:
  /// False when an object is of no kind that can be digested by value, or kinds are mixed that do not mix.
  bool read(py::handle list);

  bool only_texts() const noexcept { return kinds_ == text; }
  bool only_bytes() const noexcept { return kinds_ == binary; }
  bool only_numbers() const noexcept { return kinds_ == number && exact_; }
  bool only_times() const noexcept { return kinds_ == naive || kinds_ == aware || kinds_ == duration; }
  bool is_aware() const noexcept { return kinds_ == aware; }
  bool is_duration() const noexcept { return kinds_ == duration; }
  bool empty() const noexcept { return kinds_ == 0; }

  /// bool, int or float, for numbers.
  const char* number_type() const noexcept;
  std::vector<double> numbers() const;
  std::vector<std::int64_t> times(TimeUnit& unit) const;
  std::vector<Value> mixed() const;
  /// Views into the objects, or into `encoded` for texts that are not UTF-8 inside.
  std::vector<std::string_view> texts(std::list<std::string>& encoded) const;

 private:
  enum Kind : unsigned { number = 1, text = 2, binary = 4, naive = 8, aware = 16, duration = 32 };

  bool add(py::handle object);
  bool add_number(py::handle object);
  bool add_time(py::handle object);
  bool add_duration(py::handle object);
  bool add_numpy_time(py::handle object, const std::string& kind);
  bool add_time_of_day(py::handle object);
  bool consistent() const noexcept;

  std::vector<py::object> objects_;   // null: missing
  std::vector<std::int64_t> micros_;  // of times, beside objects_
  std::vector<std::int64_t> nanos_;   // the part below a microsecond
  unsigned kinds_ = 0;
  bool exact_ = true;
  bool any_nano_ = false;
  bool any_nan_ = false;
  bool any_int_ = false;
  bool any_float_ = false;
};

}  // namespace mltrack::python
