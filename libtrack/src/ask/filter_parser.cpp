#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include <mltrack/error.hpp>

#include "ask/filter_lexer.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

/// The grammar:
///   any        := all ("or" all)*
///   all        := term ("and" term)*
///   term       := "not" term | "(" any ")" | "derived_from" "(" string ")" | field op literal
class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text), lexer_(text) {
    if (text.size() > most_bytes)
      throw Error(ErrorCode::bad_filter,
                  fmt::format("a filter of {} bytes is too long; up to {} are read", text.size(), most_bytes));
    advance();
  }

  Expression filter() {
    Expression expression = any();
    if (token_.type != TokenType::end) fail("'and', 'or' or the end");
    return expression;
  }

  Order order() {
    Order order{field(), false};
    if (keyword("desc"))
      order.descending = true;
    else if (!keyword("asc") && token_.type != TokenType::end)
      fail("'asc', 'desc' or the end");
    if (token_.type != TokenType::end) fail("the end");
    return order;
  }

 private:
  void advance() { token_ = lexer_.next(); }

  [[noreturn]] void fail(const std::string& expected) const {
    raise(text_, token_.at, fmt::format("expected {}, found {}", expected, describe(token_)));
  }

  bool is_keyword(const char* word) const {
    return token_.type == TokenType::word && !token_.member && !token_.quoted && lower(token_.text) == word;
  }
  bool keyword(const char* word) {
    if (!is_keyword(word)) return false;
    advance();
    return true;
  }

  Expression any() {
    return joined("or", Expression::Form::any, [this] { return all(); });
  }
  Expression all() {
    return joined("and", Expression::Form::all, [this] { return term(); });
  }

  template <class Part>
  Expression joined(const char* word, Expression::Form form, Part&& part) {
    Expression first = part();
    if (!is_keyword(word)) return first;
    Expression expression{.form = form};
    expression.parts.push_back(std::move(first));
    while (keyword(word)) expression.parts.push_back(part());
    return expression;
  }

  Expression term() {
    if (++depth_ > most_depth) raise(text_, token_.at, fmt::format("this is nested more than {} deep", most_depth));
    Expression expression = is_keyword("not")                ? negation()
                            : token_.type == TokenType::open ? group()
                            : is_keyword("derived_from")     ? derived()
                                                             : comparison();
    --depth_;
    return expression;
  }

  Expression negation() {
    advance();
    Expression expression{.form = Expression::Form::no};
    expression.parts.push_back(term());
    return expression;
  }

  Expression group() {
    const std::size_t open_at = token_.at;
    advance();
    Expression expression = any();
    if (token_.type == TokenType::end) raise(text_, open_at, "this '(' is never closed");
    if (token_.type != TokenType::close) fail("'and', 'or' or ')'");
    advance();
    return expression;
  }

  Expression derived() {
    count();
    Expression expression{.form = Expression::Form::derived};
    expression.derived.at = token_.at;
    advance();
    if (token_.type != TokenType::open) fail("'(' behind derived_from");
    advance();
    if (token_.type != TokenType::string) fail("a reference in quotes, such as derived_from('penguins.csv')");
    expression.derived.reference = prepare(token_.text);
    advance();
    if (token_.type != TokenType::close) fail("')' behind the reference");
    advance();
    return expression;
  }

  Expression comparison() {
    count();
    Expression expression{.form = Expression::Form::comparison};
    Comparison& comparison = expression.comparison;
    comparison.field = field();
    if (token_.type != TokenType::op) fail("a comparison (=, !=, <, <=, > or >=)");
    comparison.op_at = token_.at;
    comparison.op = operation();
    comparison.value_at = token_.at;
    comparison.value = literal();
    return expression;
  }

  void count() {
    if (++comparisons_ > most_comparisons)
      raise(text_, token_.at, fmt::format("this is one comparison too many; a filter may have {}", most_comparisons));
  }

  Field field() {
    const bool is_word =
        token_.type == TokenType::word && !token_.text.empty() && token_.text[0] != '-' && token_.text[0] != '+';
    if (!is_word || is_keyword("and") || is_keyword("or")) fail("a field, 'not', '(' or derived_from(...)");
    Field field{token_.member ? token_.text : "", token_.member.value_or(token_.text), token_.at};
    advance();
    return field;
  }

  Op operation() {
    const std::string text = token_.text;
    advance();
    if (text == "=" || text == "==") return Op::eq;
    if (text == "!=" || text == "<>") return Op::ne;
    if (text == "<") return Op::lt;
    if (text == "<=") return Op::le;
    return text == ">" ? Op::gt : Op::ge;
  }

  Literal literal() {
    Literal value = token_.type == TokenType::string   ? Literal(token_.text)
                    : token_.type == TokenType::number ? number()
                                                       : word();
    advance();
    return value;
  }

  Literal number() const {
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

  Literal word() const {
    const std::string text =
        token_.type == TokenType::word && !token_.member && !token_.quoted ? lower(token_.text) : "";
    if (text == "true" || text == "false") return text == "true";
    if (text == "null" || text == "none") return {};
    if (text == "nan") return NotANumber{};
    if (text == "inf" || text == "+inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    fail(token_.type == TokenType::word ? "a value: a number, true, false, null, or a text in quotes"
                                        : "a value: a number, a text in quotes, true, false or null");
  }

  const std::string& text_;
  Lexer lexer_;
  Token token_;
  int depth_ = 0;
  int comparisons_ = 0;
};

}  // namespace

Expression parse(const std::string& text) { return Parser(text).filter(); }

Order parse_order(const std::string& text) { return Parser(text).order(); }

}  // namespace mltrack::ask::filter
