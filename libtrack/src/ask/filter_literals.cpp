#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>

#include "ask/filter_parser.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

LiteralParser::LiteralParser(const std::string& text) : text_(text), lexer_(text) {}

std::string LiteralParser::lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

void LiteralParser::advance() {
  ended_ = lexer_.place();
  token_ = lexer_.next();
}

void LiteralParser::fail(const std::string& expected) const {
  raise(text_, token_.at, fmt::format("expected {}, found {}", expected, describe(token_)));
}

bool LiteralParser::is_keyword(const char* word) const {
  return token_.type == TokenType::word && !token_.member && !token_.quoted && lower(token_.text) == word;
}

bool LiteralParser::keyword(const char* word) {
  if (!is_keyword(word)) return false;
  advance();
  return true;
}

bool LiteralParser::took(TokenType type) {
  if (token_.type != type) return false;
  advance();
  return true;
}

Literal LiteralParser::literal() {
  if (is_keyword("now")) return moment();
  Literal value = token_.type == TokenType::string   ? Literal(token_.text)
                  : token_.type == TokenType::number ? number()
                                                     : word();
  advance();
  return value;
}

Literal LiteralParser::number() const {
  const char* first = token_.text.data() + (token_.text[0] == '+' ? 1 : 0);
  const char* last = token_.text.data() + token_.text.size();
  std::int64_t integer = 0;
  const auto as_integer = std::from_chars(first, last, integer);
  if (as_integer.ec == std::errc() && as_integer.ptr == last) return integer;
  double real = 0;
  const auto as_real = std::from_chars(first, last, real);
  if (as_real.ec != std::errc() || as_real.ptr != last)
    raise(text_, token_.at, fmt::format("{} is not a number this can read", value::quoted(token_.text)));
  return real;
}

Literal LiteralParser::word() {
  const std::string text = token_.type == TokenType::word && !token_.member && !token_.quoted ? lower(token_.text) : "";
  if (text == "true" || text == "false") return text == "true";
  if (text == "null" || text == "none") return {};
  if (text == "nan") return NotANumber{};
  if (text == "inf" || text == "+inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  fail(token_.type == TokenType::word ? "a value: a number, true, false, null, or a text in quotes"
                                      : "a value: a number, a text in quotes, true, false or null");
}

/// `now()`, `now() - 7d`. All of one filter mean the same moment.
Moment LiteralParser::moment() {
  advance();
  if (!took(TokenType::open) || !took(TokenType::close)) fail("'()' behind now");
  if (!now_us_) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    now_us_ = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  }
  const bool is_signed = token_.type == TokenType::number && (token_.text[0] == '-' || token_.text[0] == '+');
  if (token_.type != TokenType::sign && !is_signed) return {*now_us_};
  const bool back = token_.text[0] == '-';
  if (is_signed)
    token_.text.erase(0, 1);
  else
    advance();
  const std::int64_t span = duration();
  advance();
  return {*now_us_ + (back ? -span : span)};
}

std::int64_t LiteralParser::duration() const {
  std::int64_t count = -1;
  const char* last = token_.text.data() + token_.text.size();
  const auto read = std::from_chars(token_.text.data(), last, count);
  const std::string unit(read.ptr, last);
  const std::int64_t seconds = unit == "s"   ? 1
                               : unit == "m" ? 60
                               : unit == "h" ? 3'600
                               : unit == "d" ? 86'400
                               : unit == "w" ? 604'800
                                             : 0;
  constexpr std::int64_t longest = 1'000'000'000'000;  // seconds: far beyond every calendar, far below an overflow
  const bool is_number = token_.type == TokenType::number && read.ec == std::errc() && count >= 0;
  if (!is_number || seconds == 0 || count > longest / seconds)
    fail("a duration in s, m, h, d or w, such as now() - 7d");
  return count * seconds * 1'000'000;
}

}  // namespace mltrack::ask::filter
