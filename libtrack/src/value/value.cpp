#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <mltrack/error.hpp>
#include <mltrack/value.hpp>

#include "value/json_text.hpp"
#include "value/quoted.hpp"

namespace mltrack {
namespace {

constexpr std::size_t longest_summary = 1000;

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The longest prefix of at most `size` bytes that does not end inside a character.
std::string_view cut(std::string_view text, std::size_t size) noexcept {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

struct Spelling {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return value::float_text(value); }
  std::string operator()(const std::string& value) const { return value; }
};

bool same(double a, double b) noexcept {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

Value Value::from_int64(std::int64_t value) noexcept {
  Value out;
  out.type_ = Type::integer;
  out.data_ = value;
  return out;
}

Value Value::from_uint64(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return from_int64(static_cast<std::int64_t>(value));
  }
  Value out;
  out.type_ = Type::integer;
  out.data_ = std::to_string(value);
  return out;
}

Value Value::big_integer(std::string_view decimal) {
  std::string_view digits = decimal;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (!all_digits(digits)) {
    throw Error(ErrorCode::invalid_argument,
                value::quoted(decimal) + " is not an integer; expected decimal digits with an optional sign");
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  std::string text(negative && digits != "0" ? 1 : 0, '-');
  text += digits;
  std::int64_t small = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), small).ec == std::errc()) return from_int64(small);
  Value out;
  out.type_ = Type::integer;
  out.data_ = std::move(text);
  return out;
}

Value Value::json(std::string_view text) {
  Value out;
  out.type_ = Type::json;
  out.data_ = value::canonical_json(text);
  return out;
}

Value Value::class_name(std::string name) {
  Value out;
  out.type_ = Type::class_name;
  out.data_ = std::move(name);
  return out;
}

Value Value::opaque(std::string_view summary) {
  Value out;
  out.type_ = Type::opaque;
  out.data_ =
      summary.size() <= longest_summary ? std::string(summary) : std::string(cut(summary, longest_summary - 3)) + "...";
  return out;
}

std::string Value::str() const { return std::visit(Spelling{}, data_); }

bool Value::operator==(const Value& other) const noexcept {
  if (type_ != other.type_) return false;
  const double* a = std::get_if<double>(&data_);
  const double* b = std::get_if<double>(&other.data_);
  return a && b ? same(*a, *b) : data_ == other.data_;
}

const char* to_string(Value::Type type) noexcept {
  switch (type) {
    case Value::Type::none:
      return "none";
    case Value::Type::boolean:
      return "bool";
    case Value::Type::integer:
      return "int";
    case Value::Type::real:
      return "float";
    case Value::Type::text:
      return "str";
    case Value::Type::json:
      return "json";
    case Value::Type::class_name:
      return "class";
    case Value::Type::opaque:
      return "opaque";
  }
  return "none";
}

}  // namespace mltrack
