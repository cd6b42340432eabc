#include "store/param_codec.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <mltrack/error.hpp>

#include "value/utf8.hpp"

namespace mltrack::store {

namespace {

constexpr int storage_null = 5;
constexpr int storage_blob = 4;

/// Length of the character at the front, 0 where SQLite and its tools would not keep it whole.
std::size_t plain_length(std::string_view text) {
  const value::CodePoint point = value::decode(text);
  const bool surrogate = point.code >= 0xd800 && point.code <= 0xdfff;
  return point.code == 0 || surrogate ? 0 : point.length;
}

double nearest(const std::string& digits) {
  const bool plus = !digits.empty() && digits[0] == '+';
  double value = 0;
  const auto result = std::from_chars(digits.data() + (plus ? 1 : 0), digits.data() + digits.size(), value);
  if (result.ec != std::errc::result_out_of_range) return value;
  const double infinity = std::numeric_limits<double>::infinity();
  return digits[0] == '-' ? -infinity : infinity;
}

void encode_integer(const Value& value, ParamRow& row) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data())) {
    row.value = *number;
    return;
  }
  const std::string& digits = std::get<std::string>(value.data());
  row.value = nearest(digits);
  row.exact = digits;
}

void encode_real(double number, ParamRow& row) {
  if (std::isnan(number)) {
    row.exact = std::string("nan");
  } else if (number == 0 && std::signbit(number)) {
    row.value = 0.0;
    row.exact = std::string("-0.0");
  } else {
    row.value = number;
  }
}

void encode_text(const std::string& text, ParamRow& row) {
  std::string cleaned = clean_text(text);
  if (cleaned != text) row.exact = std::vector<std::uint8_t>(text.begin(), text.end());
  row.value = std::move(cleaned);
}

struct BindTo {
  sqlite::Statement& statement;
  int index;
  void operator()(std::monostate) const { statement.bind(index, nullptr); }
  void operator()(std::int64_t value) const { statement.bind(index, value); }
  void operator()(double value) const { statement.bind(index, value); }
  void operator()(const std::string& value) const { statement.bind(index, value); }
  void operator()(const std::vector<std::uint8_t>& value) const { statement.bind(index, sqlite::Blob(value)); }
};

std::string decode_text(const sqlite::Statement& row, int first) {
  if (row.storage(first + 2) != storage_blob) return std::string(row.text(first + 1));
  const sqlite::Blob bytes = row.blob(first + 2);
  return {bytes.begin(), bytes.end()};
}

Value decode_real(const sqlite::Statement& row, int first) {
  const std::string_view exact = row.text(first + 2);
  if (exact == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (exact == "-0.0") return -0.0;
  return row.real(first + 1);
}

}  // namespace

void ParamRow::bind(sqlite::Statement& statement, int first) const {
  statement.bind(first, type);
  std::visit(BindTo{statement, first + 1}, value);
  std::visit(BindTo{statement, first + 2}, exact);
}

ParamRow encode(const Value& value) {
  ParamRow row;
  row.type = to_string(value.type());
  switch (value.type()) {
    case Value::Type::none:
      break;
    case Value::Type::boolean:
      row.value = std::int64_t{std::get<bool>(value.data())};
      break;
    case Value::Type::integer:
      encode_integer(value, row);
      break;
    case Value::Type::real:
      encode_real(std::get<double>(value.data()), row);
      break;
    case Value::Type::text:
    case Value::Type::json:
    case Value::Type::class_name:
    case Value::Type::opaque:
      encode_text(std::get<std::string>(value.data()), row);
      break;
  }
  return row;
}

Value decode(const sqlite::Statement& row, int first) {
  const std::string_view type = row.text(first);
  if (type == "none") return {};
  if (type == "bool") return row.integer(first + 1) != 0;
  if (type == "int")
    return row.storage(first + 2) == storage_null ? Value(row.integer(first + 1))
                                                  : Value::big_integer(row.text(first + 2));
  if (type == "float") return decode_real(row, first);
  if (type == "str") return decode_text(row, first);
  if (type == "json") return Value::json(decode_text(row, first));
  if (type == "class") return Value::class_name(decode_text(row, first));
  if (type == "opaque") return Value::opaque(decode_text(row, first));
  throw Error(ErrorCode::damaged, "a parameter of the store has the type '" + std::string(type) +
                                      "'; known types are none, bool, int, float, str, json, class and opaque");
}

std::string clean_text(std::string_view text) {
  std::string cleaned;
  cleaned.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = plain_length(text.substr(i));
    if (length == 0)
      cleaned += "\xef\xbf\xbd";
    else
      cleaned += text.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return cleaned;
}

}  // namespace mltrack::store
