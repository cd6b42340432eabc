#pragma once

#include "ask/filter.hpp"

namespace mltrack::ask::filter {

enum class TokenType { end, word, string, number, op, sign, open, close, comma, open_bracket, close_bracket };

struct Token {
  TokenType type = TokenType::end;
  std::string text;                     ///< a word, the value of a string, the digits of a number, an operator
  std::optional<std::string> member{};  ///< what follows the first dot of a word
  std::size_t at = 0;
  bool quoted = false;  ///< in back-quotes or, behind a dot, in double quotes: never a keyword
};

/// Reads one token after the other. Throws Error(bad_filter).
class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}
  Token next();
  /// Where the last token ended.
  std::size_t place() const noexcept { return at_; }

 private:
  Token word();
  Token number();
  Token operation();
  std::string quoted(char quote);

  const std::string& text_;
  std::size_t at_ = 0;
};

/// How an error message names a token.
std::string describe(const Token& token);

}  // namespace mltrack::ask::filter
