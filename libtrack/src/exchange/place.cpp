#include "exchange/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <mltrack/error.hpp>

#include "exchange/base64.hpp"
#include "value/quoted.hpp"

namespace mltrack::exchange {

using value::Json;

namespace {

/// A key as JSON pointers write it.
std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

std::optional<std::string> pointer_to(const Json& wanted, const Json& inside) {
  if (&wanted == &inside) return "";
  if (const auto* items = inside.array())
    for (std::size_t i = 0; i < items->size(); ++i)
      if (const auto rest = pointer_to(wanted, (*items)[i])) return fmt::format("/{}{}", i, *rest);
  if (const auto* members = inside.object())
    for (const auto& [key, member] : *members)
      if (const auto rest = pointer_to(wanted, member)) return fmt::format("/{}{}", escaped(key), *rest);
  return std::nullopt;
}

/// Whether all of the text is a number in the range of its type.
template <class Number>
bool reads_as(const Json::Number& held, Number& number) {
  const char* end = held.text.data() + held.text.size();
  const auto [last, error] = std::from_chars(held.text.data(), end, number);
  return error == std::errc() && last == end;
}

}  // namespace

void Place::fail(const std::string& reason) const {
  const std::string at = pointer_to(*json_, *document_).value_or("");
  throw PlacedError(ErrorCode::invalid_argument, fmt::format("the document cannot be imported; {}: {}",
                                                             at.empty() ? "at its top" : "at " + at, reason));
}

void Place::refuse(const std::string& expected) const {
  fail(fmt::format("{} is not {}", value::quoted(to_text(*json_)), expected));
}

std::string reason_of(const Error& error) {
  const std::string message = error.what();
  constexpr std::string_view begin = "SQLite says \"";
  if (!message.starts_with(begin)) return message;
  return "the store refuses it: " + message.substr(begin.size(), message.find("\" (code") - begin.size());
}

const Json* Place::find(std::string_view key) const {
  const auto& members = object();
  const auto found = members.find(std::string(key));
  return found == members.end() ? nullptr : &found->second;
}

Place Place::member(std::string_view key) const {
  const Json* found = find(key);
  if (!found) fail(fmt::format("the member '{}' is missing", key));
  return {document_, found};
}

void Place::allow(const std::vector<std::string_view>& keys) const {
  for (const auto& [key, json] : object()) {
    if (std::ranges::find(keys, key) != keys.end()) continue;
    fail(fmt::format("the member {} is not known; expected {}", value::quoted(key), fmt::join(keys, ", ")));
  }
}

const Json::Object& Place::object() const {
  const auto* object = json_->object();
  if (!object) refuse("an object");
  return *object;
}

const Json::Array& Place::array() const {
  const auto* array = json_->array();
  if (!array) refuse("an array");
  return *array;
}

const std::string& Place::text() const {
  const auto* text = json_->text();
  if (!text) refuse("a text");
  return *text;
}

std::int64_t Place::integer() const {
  std::int64_t integer = 0;
  const auto* number = json_->number();
  if (!number || !reads_as(*number, integer)) refuse("an integer of up to 64 bits");
  return integer;
}

bool Place::flag() const {
  const bool* truth = std::get_if<bool>(&json_->data);
  if (!truth) refuse("true or false");
  return *truth;
}

double Place::number() const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (const auto* word = json_->text()) {
    if (*word == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (*word == "Infinity") return infinity;
    if (*word == "-Infinity") return -infinity;
  }
  double number = 0;
  const auto* held = json_->number();
  if (!held || !reads_as(*held, number) || !std::isfinite(number))
    refuse("a number that a double can hold, \"NaN\", \"Infinity\" or \"-Infinity\"");
  return number;
}

Uid Place::uid() const {
  const std::string& digits = text();
  try {
    if (const Uid uid = Uid::parse(digits); uid.str() == digits) return uid;
  } catch (const Error&) {
  }
  refuse("a uid: 32 lower-case hexadecimal digits with hyphens");
}

Digest Place::digest() const {
  const std::string& digits = text();
  try {
    if (const Digest digest = Digest::parse(digits); digest.hex() == digits) return digest;
  } catch (const Error&) {
  }
  refuse("a digest: 32 or 64 lower-case hexadecimal digits");
}

std::vector<std::uint8_t> Place::bytes() const {
  auto bytes = from_base64(text());
  if (!bytes) refuse("base64");
  return *std::move(bytes);
}

}  // namespace mltrack::exchange
