#pragma once

#include "ask/filter.hpp"

namespace mltrack::ask::filter {

enum class TokenType { end, word, string, number, op, open, close };

struct Token {
  TokenType type = TokenType::end;
  std::string text;                     ///< a word, the value of a string, the digits of a number, an operator
  std::optional<std::string> member{};  ///< what follows the first dot of a word
  std::size_t at = 0;
  bool quoted = false;  ///< a word in back-quotes is never a keyword
};

/// Reads one token after the other. Throws Error(bad_filter).
class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}
  Token next();

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
