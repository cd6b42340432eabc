#include "value/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <mltrack/error.hpp>

#include "value/utf8.hpp"

namespace mltrack::value {
namespace {

constexpr int deepest = 500;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_surrogate(std::uint32_t code) noexcept { return code >= 0xd800 && code <= 0xdfff; }
bool is_high(std::uint32_t code) noexcept { return code >= 0xd800 && code <= 0xdbff; }
bool is_low(std::uint32_t code) noexcept { return code >= 0xdc00 && code <= 0xdfff; }

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

enum class Form { exact, portable };

// Reads one JSON text and gives it back in canonical form; one function per rule of the grammar.
class Reader {
 public:
  Reader(std::string_view text, Form form) : text_(text), form_(form) {}

  std::string whole() {
    std::string out = any();
    skip_space();
    if (at_ != text_.size()) fail("nothing more");
    return out;
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    throw Error(ErrorCode::invalid_argument, fmt::format("not a JSON text: expected {} at byte {} of {}; write it as "
                                                         "json.dumps does",
                                                         expected, at_, text_.size()));
  }

  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() noexcept {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  bool take(std::string_view word) noexcept {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  std::string any() {
    skip_space();
    switch (peek()) {
      case '{':
        return nested([this] { return object(); });
      case '[':
        return nested([this] { return array(); });
      case '"':
        return quoted_string(string());
      default:
        break;
    }
    for (const std::string_view word : {"null", "true", "false"}) {
      if (take(word)) return std::string(word);
    }
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      if (take(word)) return not_portable(word);
    }
    return number();
  }

  // A token that only some readers of JSON take as it is.
  std::string not_portable(std::string_view token) const {
    return form_ == Form::portable ? quoted_string(token) : std::string(token);
  }

  template <class Rule>
  std::string nested(Rule rule) {
    if (++depth_ > deepest) fail(fmt::format("at most {} levels", deepest));
    ++at_;
    std::string out = rule();
    --depth_;
    return out;
  }

  std::string object() {
    std::map<std::string, std::string> members;
    skip_space();
    if (!take("}")) {
      do {
        skip_space();
        if (peek() != '"') fail("a string as key");
        std::string key = string();
        skip_space();
        if (!take(":")) fail("':'");
        members[std::move(key)] = any();
        skip_space();
      } while (take(","));
      if (!take("}")) fail("',' or '}'");
    }
    std::string out = "{";
    for (const auto& [key, member] : members) {
      if (out.size() > 1) out += ',';
      out += quoted_string(key) + ':' + member;
    }
    return out + "}";
  }

  std::string array() {
    std::string out = "[";
    skip_space();
    if (take("]")) return "[]";
    do {
      if (out.size() > 1) out += ',';
      out += any();
      skip_space();
    } while (take(","));
    if (!take("]")) fail("',' or ']'");
    return out + "]";
  }

  std::string string() {
    std::string out;
    ++at_;
    while (peek() != '"') {
      if (at_ == text_.size()) fail("'\"' to end the string");
      if (static_cast<unsigned char>(peek()) < 0x20) fail("an escape instead of a control character");
      if (take("\\")) {
        escape(out);
        continue;
      }
      const CodePoint point = decode(text_.substr(at_));
      if (point.length == 0) fail("UTF-8");
      append_character(out, point.code);
      at_ += point.length;
    }
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const std::size_t which = letters.find(peek());
    if (at_ < text_.size() && which != std::string_view::npos) {
      out += meanings[which];
      ++at_;
      return;
    }
    if (!take("u")) fail("one of \"\\/bfnrtu after a backslash");
    std::uint32_t code = four_digits();
    const std::size_t behind = at_;
    if (is_high(code) && take("\\u")) {
      const std::uint32_t low = four_digits();
      if (is_low(low)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      } else {
        at_ = behind;
      }
    }
    append_character(out, code);
  }

  void append_character(std::string& out, std::uint32_t code) const {
    append_utf8(out, form_ == Form::portable && is_surrogate(code) ? 0xfffd : code);
  }

  std::uint32_t four_digits() {
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4) fail("four hexadecimal digits");
    at_ += 4;
    return code;
  }

  void digits() {
    if (!is_digit(peek())) fail("a digit or a JSON value");
    while (is_digit(peek())) ++at_;
  }

  std::string number() {
    const std::size_t begin = at_;
    take("-");
    if (!take("0")) digits();
    const std::size_t whole_end = at_;
    if (take(".")) digits();
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      digits();
    }
    const std::string_view token = text_.substr(begin, at_ - begin);
    if (token == "-0") return "0";
    if (at_ == whole_end) return fits_64_bits(token) ? std::string(token) : not_portable(token);
    double number = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), number).ec != std::errc()) {
      at_ = begin;
      fail("a number that a double can hold");
    }
    return float_text(number);
  }

  std::string_view text_;
  Form form_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string float_text(double number) {
  std::string text = fmt::format("{}", number);
  if (std::isnan(number)) return "nan";
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string json_string(std::string_view text) { return quoted_string(text); }

std::string canonical_json(std::string_view text) { return Reader(text, Form::exact).whole(); }

std::string portable_json(std::string_view text) { return Reader(text, Form::portable).whole(); }

}  // namespace mltrack::value
