#include "value/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "value/json_tree.hpp"
#include "value/utf8.hpp"

namespace mltrack::value {
namespace {

bool is_surrogate(std::uint32_t code) noexcept { return code >= 0xd800 && code <= 0xdfff; }

// How many characters at the front stand for themselves and need no decoding.
std::size_t plain_length(std::string_view text) noexcept {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
}

// Appends the first character of a text in the form it has in a JSON string; gives its length in the text.
std::size_t append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view meanings = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  const CodePoint point = decode(text);
  const std::size_t which = meanings.find(text[0]);
  if (which != std::string_view::npos) {
    out += {'\\', letters[which]};
  } else if (point.code < 0x20 || (point.code >= 0x7f && point.code < 0xa0) || is_surrogate(point.code)) {
    out += fmt::format("\\u{:04x}", point.code);
  } else {
    out += text.substr(0, point.length);
  }
  return point.length;
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_escaped(out, text));
  }
  return out + '"';
}

bool fits_64_bits(std::string_view digits) noexcept {
  std::int64_t number = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
}

// What every reader of JSON takes.
struct Portable {
  Json operator()(std::nullptr_t) const { return {}; }
  Json operator()(bool truth) const { return truth; }
  Json operator()(const Json::Number& number) const {
    const bool finite = number.text.find_first_of("NI") == std::string::npos;
    const bool whole = finite && number.text.find_first_of(".e") == std::string::npos;
    if (finite && (!whole || fits_64_bits(number.text))) return number;
    return number.text;
  }
  Json operator()(const std::string& text) const { return without_surrogates(text); }
  Json operator()(const Json::Array& items) const {
    Json::Array out;
    for (const Json& item : items) out.push_back(std::visit(*this, item.data));
    return out;
  }
  Json operator()(const Json::Object& members) const {
    Json::Object out;
    for (const auto& [key, member] : members) out[without_surrogates(key)] = std::visit(*this, member.data);
    return out;
  }

 private:
  static std::string without_surrogates(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const CodePoint point = decode(text);
      append_utf8(out, is_surrogate(point.code) ? 0xfffd : point.code);
      text.remove_prefix(point.length);
    }
    return out;
  }
};

}  // namespace

std::string float_text(double number) {
  std::string text = fmt::format("{}", number);
  if (std::isnan(number)) return "nan";
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string json_string(std::string_view text) { return quoted_string(text); }

std::string canonical_json(std::string_view text) { return to_text(parse_json(text)); }

std::string portable_json(std::string_view text) { return to_text(std::visit(Portable{}, parse_json(text).data)); }

}  // namespace mltrack::value
