#include "ask/filter_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <mltrack/error.hpp>

#include "value/quoted.hpp"

namespace mltrack::ask::filter {

namespace {

constexpr std::array<std::pair<const char*, Predicate::Name>, 6> predicates = {{
    {"derived_from", Predicate::Name::derived_from},
    {"feeds", Predicate::Name::feeds},
    {"uses_column", Predicate::Name::uses_column},
    {"fitted_with", Predicate::Name::fitted_with},
    {"child_of", Predicate::Name::child_of},
    {"same_data_as", Predicate::Name::same_data_as},
}};
constexpr std::array aggregates = {"min", "max", "first", "last", "mean", "best"};
constexpr const char* functions =
    "derived_from, feeds, uses_column, fitted_with, child_of, same_data_as, has, min, max, first, last, mean and best";

bool is_aggregate(const std::string& name) {
  return std::find(aggregates.begin(), aggregates.end(), name) != aggregates.end();
}

bool takes_reference(Predicate::Name name) {
  return name != Predicate::Name::uses_column && name != Predicate::Name::fitted_with;
}

/// MLflow's names for the groups and fields.
void translate(Operand& operand) {
  const auto is = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), operand.group) != names.end();
  };
  if (is({"param", "parameter", "parameters"})) {
    operand.group = "params";
    operand.mlflow = true;
  } else if (is({"metric"})) {
    operand.group = "metrics";
  } else if (is({"tag"})) {
    operand.group = "tags";
  } else if (is({"attribute", "attributes", "attr", "run"})) {
    operand.group.clear();
  }
  if (!operand.group.empty()) return;
  constexpr std::array<std::pair<const char*, const char*>, 4> fields = {
      {{"run_name", "name"}, {"run_id", "run"}, {"start_time", "started"}, {"end_time", "ended"}}};
  for (const auto& [theirs, ours] : fields)
    if (operand.name == theirs) {
      operand.name = ours;
      operand.mlflow = true;
      return;
    }
}

}  // namespace

Parser::Parser(const std::string& text) : LiteralParser(text) {
  if (text.size() > most_bytes)
    throw Error(ErrorCode::bad_filter,
                fmt::format("a filter of {} bytes is too long; up to {} are read", text.size(), most_bytes));
  advance();
}

Expression Parser::filter() {
  Expression expression = any();
  if (token_.type != TokenType::end) fail("'and', 'or' or the end");
  return expression;
}

std::vector<OrderKey> Parser::order() {
  std::vector<OrderKey> keys;
  do {
    if (keys.size() == most_keys) raise(text_, token_.at, fmt::format("an order may have {} keys", most_keys));
    OrderKey& key = keys.emplace_back(OrderKey{operand(), false});
    if (keyword("desc"))
      key.descending = true;
    else if (!keyword("asc") && token_.type != TokenType::end && token_.type != TokenType::comma)
      fail("'asc', 'desc', ',' or the end");
  } while (took(TokenType::comma));
  if (token_.type != TokenType::end) fail("',' or the end");
  return keys;
}

std::vector<Operand> Parser::operands() {
  std::vector<Operand> operands;
  do operands.push_back(operand());
  while (took(TokenType::comma));
  if (token_.type != TokenType::end) fail("',' or the end");
  return operands;
}

Expression Parser::any() {
  return joined("or", Expression::Form::any, [this] { return all(); });
}

Expression Parser::all() {
  return joined("and", Expression::Form::all, [this] { return term(); });
}

template <class Part>
Expression Parser::joined(const char* word, Expression::Form form, Part&& part) {
  Expression first = part();
  if (!is_keyword(word)) return first;
  Expression expression{.form = form};
  expression.parts.push_back(std::move(first));
  while (keyword(word)) expression.parts.push_back(part());
  return expression;
}

Expression Parser::term() {
  if (++depth_ > most_depth) raise(text_, token_.at, fmt::format("this is nested more than {} deep", most_depth));
  Expression expression = is_keyword("not") ? negation() : token_.type == TokenType::open ? group() : question();
  --depth_;
  return expression;
}

Expression Parser::negation() {
  advance();
  Expression expression{.form = Expression::Form::no};
  expression.parts.push_back(term());
  return expression;
}

Expression Parser::group() {
  const std::size_t open_at = token_.at;
  advance();
  Expression expression = any();
  if (token_.type == TokenType::end) raise(text_, open_at, "this '(' is never closed");
  if (!took(TokenType::close)) fail("'and', 'or' or ')'");
  return expression;
}

void Parser::count() {
  if (++comparisons_ > most_comparisons)
    raise(text_, token_.at, fmt::format("this is one comparison too many; a filter may have {}", most_comparisons));
}

Expression Parser::question() {
  count();
  const bool is_name = token_.type == TokenType::word && !token_.member && !token_.quoted;
  for (const auto& [word, name] : predicates)
    if (is_name && lower(token_.text) == word) return predicate(name);
  Expression expression{.form = Expression::Form::comparison};
  Comparison& comparison = expression.comparison;
  const Token first = token_;
  if (is_name && lower(token_.text) == "has") {
    advance();
    if (took(TokenType::open)) {
      comparison.operand = operand();
      comparison.operand.exact = true;
      comparison.test = {.form = Test::Form::present, .at = first.at};
      close("the field");
      return expression;
    }
    comparison.operand = {.name = first.text, .at = first.at, .text = first.text};
  } else {
    comparison.operand = operand();
  }
  comparison.test = test();
  return expression;
}

Expression Parser::predicate(Predicate::Name name) {
  Expression expression{.form = Expression::Form::predicate};
  Predicate& predicate = expression.predicate;
  predicate.name = name;
  predicate.at = token_.at;
  const std::string word = lower(token_.text);
  advance();
  if (!took(TokenType::open)) fail(fmt::format("'(' behind {}", word));
  if (token_.type != TokenType::string)
    fail(takes_reference(name) ? fmt::format("a reference in quotes, such as {}('penguins.csv')", word)
                               : fmt::format("a name in quotes, such as {}('{}')", word,
                                             name == Predicate::Name::uses_column ? "age" : "StandardScaler"));
  predicate.argument = token_.text;
  predicate.argument_at = token_.at;
  if (takes_reference(name)) predicate.reference = prepare(token_.text);
  advance();
  close("the reference");
  return expression;
}

void Parser::close(const char* behind) {
  if (!took(TokenType::close)) fail(fmt::format("')' behind {}", behind));
}

Operand Parser::operand() {
  const std::size_t start = token_.at;
  const Token first = token_;
  Operand operand = field();
  if (token_.type == TokenType::open && operand.group.empty() && !first.quoted) {
    const std::string function = lower(first.text);
    if (!is_aggregate(function))
      raise(text_, start, fmt::format("there is no function {}; there are {}", value::quoted(first.text), functions));
    advance();
    operand = field();
    if (operand.group != "metrics")
      raise(text_, operand.at, fmt::format("{} is of a metric, such as {}(metrics.loss)", function, function));
    operand.function = function;
    measured(operand);
    close("the metric");
  } else {
    measured(operand);
  }
  operand.text = text_.substr(start, ended_ - start);
  return operand;
}

Operand Parser::field() {
  const bool is_word =
      token_.type == TokenType::word && !token_.text.empty() && token_.text[0] != '-' && token_.text[0] != '+';
  if (!is_word || is_keyword("and") || is_keyword("or")) fail("a field, 'not', '(' or derived_from(...)");
  Operand operand{.group = token_.member ? token_.text : "",
                  .name = token_.member.value_or(token_.text),
                  .exact = token_.quoted,
                  .at = token_.at};
  advance();
  translate(operand);
  return operand;
}

/// `[test]` or `['REF']` behind a metric.
void Parser::measured(Operand& operand) {
  if (token_.type != TokenType::open_bracket) return;
  if (operand.group != "metrics")
    raise(text_, token_.at, "only a metric is measured on something, such as metrics.accuracy[test]");
  advance();
  Measured on{.at = token_.at};
  if (token_.type == TokenType::string)
    on.dataset = prepare(token_.text);
  else if (token_.type == TokenType::word && !token_.member)
    on.role = token_.text;
  else
    fail("the role of a split, such as test, or a dataset's reference in quotes");
  advance();
  if (!took(TokenType::close_bracket)) fail("']' behind what the metric was measured on");
  operand.on = std::move(on);
}

Test Parser::test() {
  Test test{.at = token_.at};
  if (token_.type == TokenType::op) return comparison();
  if (keyword("is")) return null();
  test.negated = keyword("not");
  if (keyword("in")) {
    list(test);
  } else if (keyword("between")) {
    test.form = Test::Form::between;
    value(test);
    if (!keyword("and")) fail("'and' between the two bounds");
    value(test);
  } else if (is_keyword("like") || is_keyword("ilike")) {
    test.form = is_keyword("like") ? Test::Form::like : Test::Form::ilike;
    advance();
    if (token_.type != TokenType::string) fail("a pattern in quotes, such as 'forest%'");
    value(test);
  } else {
    fail(test.negated ? "in, between, like or ilike behind 'not'"
                      : "a comparison (=, !=, <, <=, >, >=, in, between, like, ilike or is null)");
  }
  return test;
}

Test Parser::comparison() {
  Test test{.at = token_.at};
  test.op = operation();
  if (test.op == Op::ne) {
    test.negated = true;
    test.op = Op::eq;
  }
  test.form = test.op == Op::eq ? Test::Form::in : Test::Form::order;
  value(test);
  return test;
}

Test Parser::null() {
  Test test{.form = Test::Form::null, .negated = keyword("not"), .at = token_.at};
  if (!keyword("null") && !keyword("none"))
    fail(test.negated ? "null behind 'is not'" : "null or not null behind 'is'");
  return test;
}

void Parser::list(Test& test) {
  if (!took(TokenType::open)) fail("'(' behind in");
  do value(test);
  while (took(TokenType::comma));
  close("the list, or ','");
}

void Parser::value(Test& test) {
  test.value_at.push_back(token_.at);
  test.values.push_back(literal());
}

Op Parser::operation() {
  const std::string text = token_.text;
  advance();
  if (text == "=" || text == "==") return Op::eq;
  if (text == "!=" || text == "<>") return Op::ne;
  if (text == "<") return Op::lt;
  if (text == "<=") return Op::le;
  return text == ">" ? Op::gt : Op::ge;
}

Expression parse(const std::string& text) { return Parser(text).filter(); }
std::vector<OrderKey> parse_order(const std::string& text) { return Parser(text).order(); }
std::vector<Operand> parse_operands(const std::string& text) { return Parser(text).operands(); }

}  // namespace mltrack::ask::filter
