#pragma once

#include "ask/filter_lexer.hpp"

namespace mltrack::ask::filter {

/// Reads tokens and values.
class LiteralParser {
 protected:
  explicit LiteralParser(const std::string& text);

  void advance();
  [[noreturn]] void fail(const std::string& expected) const;
  bool is_keyword(const char* word) const;
  bool keyword(const char* word);
  bool took(TokenType type);

  Literal literal();
  static std::string lower(std::string text);

  const std::string& text_;
  Token token_;
  std::size_t ended_ = 0;  ///< where the token before this one ended

 private:
  Literal number() const;
  Literal word();
  Moment moment();
  std::int64_t duration() const;

  Lexer lexer_;
  std::optional<std::int64_t> now_us_{};
};

/// The grammar; words are of either case:
///   any       := all ("or" all)*
///   all       := term ("and" term)*
///   term      := "not" term | "(" any ")" | predicate "(" string ")" | "has" "(" operand ")" | operand test
///   predicate := "derived_from" | "feeds" | "uses_column" | "fitted_with" | "child_of" | "same_data_as"
///   operand   := field | aggregate "(" field ")"
///   aggregate := "min" | "max" | "first" | "last" | "mean" | "best"
///   field     := name | group "." name ("[" (role | string) "]")?
///   test      := op literal | "is" "not"? "null" | "not"? ("in" "(" literal ("," literal)* ")"
///                | "between" literal "and" literal | ("like" | "ilike") string)
///   literal   := string | number | "true" | "false" | "null" | "nan" | "inf" | "now" "(" ")" (("+" | "-") duration)?
///   order     := operand ("asc" | "desc")? ("," ...)*
class Parser : private LiteralParser {
 public:
  explicit Parser(const std::string& text);

  Expression filter();
  std::vector<OrderKey> order();
  std::vector<Operand> operands();

 private:
  Expression any();
  Expression all();
  template <class Part>
  Expression joined(const char* word, Expression::Form form, Part&& part);
  Expression term();
  Expression negation();
  Expression group();
  Expression question();
  Expression predicate(Predicate::Name name);
  Operand operand();
  Operand field();
  void measured(Operand& operand);
  Test test();
  Test comparison();
  Test null();
  void list(Test& test);
  void value(Test& test);
  Op operation();
  void close(const char* behind);
  void count();

  int depth_ = 0;
  int comparisons_ = 0;
};

}  // namespace mltrack::ask::filter
