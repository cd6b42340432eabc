#include "ask/filter_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "value/quoted.hpp"
#include "value/utf8.hpp"

namespace mltrack::ask::filter {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
// There is no arithmetic in this language, so names may hold what metric and parameter names often hold.
bool is_word_part(char c) { return is_word_start(c) || is_digit(c) || c == '-' || c == '/' || c == ':' || c == '.'; }

std::optional<TokenType> mark(char c) {
  switch (c) {
    case '(':
      return TokenType::open;
    case ')':
      return TokenType::close;
    case ',':
      return TokenType::comma;
    case '[':
      return TokenType::open_bracket;
    case ']':
      return TokenType::close_bracket;
    default:
      return std::nullopt;
  }
}

/// The piece of the text around a place that an error message shows, one column a character.
struct Window {
  std::string shown;
  std::size_t caret = 0;
};

Window window(const std::string& text, std::size_t at) {
  constexpr std::size_t before = 60;
  constexpr std::size_t after = 40;
  Window window;
  std::size_t i = at > before ? at - before : 0;
  while (i > 0 && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) ++i;
  if (i > 0) window.shown = "...";
  window.caret = window.shown.size();
  while (i < text.size() && i < at + after) {
    const value::CodePoint point = value::decode(std::string_view(text).substr(i));
    const bool plain = point.length > 0 && point.code >= 0x20 && !(point.code >= 0x7f && point.code < 0xa0) &&
                       !(point.code >= 0xd800 && point.code <= 0xdfff);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    window.shown += plain ? text.substr(i, length) : " ";
    if (i < at) ++window.caret;
    i += length;
  }
  if (i < text.size()) window.shown += "...";
  return window;
}

std::size_t column(const std::string& text, std::size_t at) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size()));
  const auto starts =
      std::count_if(text.begin(), end, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return static_cast<std::size_t>(starts) + 1;
}

}  // namespace

void raise(const std::string& text, std::size_t at, const std::string& problem) {
  const Window seen = window(text, at);
  throw Error(ErrorCode::bad_filter, fmt::format("{}, at column {}\n  {}\n  {}^", problem, column(text, at), seen.shown,
                                                 std::string(seen.caret, ' ')));
}

std::string describe(const Token& token) {
  if (token.type == TokenType::end) return "the end";
  const std::string text = token.member ? token.text + "." + *token.member : token.text;
  return (token.type == TokenType::string ? "the text " : "") + value::quoted(text);
}

Token Lexer::next() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  if (at_ == text_.size()) return {TokenType::end, "", {}, at_};
  const char c = text_[at_];
  const std::size_t start = at_;
  if (const auto type = mark(c)) return {*type, std::string(1, text_[at_++]), {}, start};
  if (c == '\'' || c == '"') return {TokenType::string, quoted(c), {}, start};
  if (c == '`' || is_word_start(c)) return word();
  const bool sign = (c == '-' || c == '+') && at_ + 1 < text_.size();
  const char first = sign ? text_[at_ + 1] : c;
  if (is_digit(first) || first == '.') return number();
  if (sign && is_word_start(first)) {  // -inf
    ++at_;
    Token token = word();
    token.text.insert(0, 1, c);
    token.at = start;
    return token;
  }
  if (c == '-' || c == '+') return {TokenType::sign, std::string(1, text_[at_++]), {}, start};
  return operation();
}

Token Lexer::word() {
  Token token{TokenType::word, "", {}, at_};
  const auto read = [&](std::string& into, bool stop_at_dot) {
    const char first = at_ < text_.size() ? text_[at_] : ' ';
    if (first == '`' || (first == '"' && !stop_at_dot)) {
      token.quoted = true;
      into += quoted(first);
      return;
    }
    while (at_ < text_.size() && is_word_part(text_[at_]) && !(stop_at_dot && text_[at_] == '.')) into += text_[at_++];
  };
  read(token.text, true);
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    read(token.member.emplace(), false);
    if (token.member->empty()) raise(text_, at_, fmt::format("a name is missing behind '{}.'", token.text));
  }
  return token;
}

Token Lexer::number() {
  Token token{TokenType::number, "", {}, at_};
  const auto is_part = [&](std::size_t i) {
    const bool exponent_sign = (text_[i] == '-' || text_[i] == '+') && (i == token.at || (text_[i - 1] | 32) == 'e');
    return is_digit(text_[i]) || text_[i] == '.' || exponent_sign || is_word_start(text_[i]);
  };
  while (at_ < text_.size() && is_part(at_)) token.text += text_[at_++];
  return token;
}

Token Lexer::operation() {
  for (const char* op : {"==", "!=", "<>", "<=", ">=", "=", "<", ">"}) {
    if (text_.compare(at_, std::char_traits<char>::length(op), op) != 0) continue;
    const Token token{TokenType::op, op, {}, at_};
    at_ += token.text.size();
    return token;
  }
  const std::size_t length = std::max<std::size_t>(value::decode(std::string_view(text_).substr(at_)).length, 1);
  raise(text_, at_, fmt::format("{} means nothing here", value::quoted(text_.substr(at_, length))));
}

/// The text between two quotes; a doubled quote stands for one.
std::string Lexer::quoted(char quote) {
  const std::size_t start = at_++;
  std::string value;
  while (true) {
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string::npos) raise(text_, start, fmt::format("this {} is never closed", quote));
    value.append(text_, at_, end - at_);
    at_ = end + 1;
    if (at_ >= text_.size() || text_[at_] != quote) return value;
    value += text_[at_++];
  }
}

}  // namespace mltrack::ask::filter
