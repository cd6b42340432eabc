#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mltrack::value {

/// A JSON value in memory. Numbers are kept as their canonical text, so that none is too large and none loses digits;
/// texts may hold lone surrogates in their three-byte form.
struct Json {
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json>;

  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data = nullptr;

  Json() = default;
  Json(bool truth) : data(truth) {}
  Json(std::int64_t number) : data(Number{std::to_string(number)}) {}
  Json(double number);
  Json(Number number) : data(std::move(number)) {}
  Json(const char* text) : data(std::string(text)) {}
  Json(std::string text) : data(std::move(text)) {}
  Json(Array array) : data(std::move(array)) {}
  Json(Object object) : data(std::move(object)) {}

  const Object* object() const noexcept { return std::get_if<Object>(&data); }
  const Array* array() const noexcept { return std::get_if<Array>(&data); }
  const std::string* text() const noexcept { return std::get_if<std::string>(&data); }
  const Number* number() const noexcept { return std::get_if<Number>(&data); }

  bool operator==(const Json&) const = default;
};

/// Reads a JSON text; of equal keys the last counts. NaN, Infinity and -Infinity are accepted. Throws
/// Error(invalid_argument) with the position.
Json parse_json(std::string_view text);

/// The canonical text: keys sorted by their bytes, no spaces, doubles in shortest form, integers exact.
std::string to_text(const Json& json);

}  // namespace mltrack::value
