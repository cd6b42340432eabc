#include "value/json_tree.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include <mltrack/error.hpp>

#include "value/json_text.hpp"
#include "value/utf8.hpp"

namespace mltrack::value {
namespace {

constexpr int deepest = 500;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_high(std::uint32_t code) noexcept { return code >= 0xd800 && code <= 0xdbff; }
bool is_low(std::uint32_t code) noexcept { return code >= 0xdc00 && code <= 0xdfff; }

// Reads one JSON text; one function per rule of the grammar.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Json whole() {
    Json out = any();
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

  Json any() {
    skip_space();
    switch (peek()) {
      case '{':
        return nested([this] { return object(); });
      case '[':
        return nested([this] { return array(); });
      case '"':
        return string();
      default:
        break;
    }
    if (take("null")) return {};
    if (take("true")) return true;
    if (take("false")) return false;
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      if (take(word)) return Json::Number{std::string(word)};
    }
    return number();
  }

  template <class Rule>
  Json nested(Rule rule) {
    if (++depth_ > deepest) fail(fmt::format("at most {} levels", deepest));
    ++at_;
    Json out = rule();
    --depth_;
    return out;
  }

  Json object() {
    Json::Object members;
    skip_space();
    if (take("}")) return members;
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
    return members;
  }

  Json array() {
    Json::Array items;
    skip_space();
    if (take("]")) return items;
    do {
      items.push_back(any());
      skip_space();
    } while (take(","));
    if (!take("]")) fail("',' or ']'");
    return items;
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
      append_utf8(out, point.code);
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
    append_utf8(out, code);
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

  Json number() {
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
    if (at_ == whole_end) return Json::Number{token == "-0" ? "0" : std::string(token)};
    double number = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), number).ec != std::errc()) {
      at_ = begin;
      fail("a number that a double can hold");
    }
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

struct Writing {
  std::string& out;

  void operator()(std::nullptr_t) const { out += "null"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(const Json::Number& number) const { out += number.text; }
  void operator()(const std::string& text) const { out += json_string(text); }
  void operator()(const Json::Array& items) const {
    out += '[';
    for (const Json& item : items) {
      if (&item != &items.front()) out += ',';
      std::visit(*this, item.data);
    }
    out += ']';
  }
  void operator()(const Json::Object& members) const {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : members) {
      if (!std::exchange(first, false)) out += ',';
      out += json_string(key) + ':';
      std::visit(*this, member.data);
    }
    out += '}';
  }
};

}  // namespace

Json::Json(double number) {
  if (std::isfinite(number))
    data = Number{float_text(number)};
  else
    data = Number{std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity"};
}

Json parse_json(std::string_view text) { return Reader(text).whole(); }

std::string to_text(const Json& json) {
  std::string out;
  std::visit(Writing{out}, json.data);
  return out;
}

}  // namespace mltrack::value
