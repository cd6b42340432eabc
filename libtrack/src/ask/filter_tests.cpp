#include "ask/filter_tests.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "ask/time_text.hpp"

namespace mltrack::ask::filter {

namespace {

using Form = Test::Form;

const char* symbol(Op op) {
  switch (op) {
    case Op::lt:
      return " < ";
    case Op::le:
      return " <= ";
    case Op::gt:
      return " > ";
    case Op::ge:
      return " >= ";
    default:
      return " = ";
  }
}

bool is_number(const Literal& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}
bool is_text(const Literal& value) { return std::holds_alternative<std::string>(value); }
bool is_nan(const Literal& value) { return std::holds_alternative<NotANumber>(value); }
bool is_truth(const Literal& value) { return std::holds_alternative<bool>(value); }

SqlText::Bound bound(const Literal& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* truth = std::get_if<bool>(&value)) return std::int64_t{*truth};
  if (const auto* moment = std::get_if<Moment>(&value)) return moment->us;
  return std::get<std::string>(value);
}

/// The pattern of SQLite's GLOB, which tells upper from lower case.
std::string glob(const std::string& like) {
  std::string pattern;
  for (const char c : like) {
    if (c == '%')
      pattern += '*';
    else if (c == '_')
      pattern += '?';
    else if (c == '*' || c == '?' || c == '[')
      pattern += std::string("[") + c + ']';
    else
      pattern += c;
  }
  return pattern;
}

/// `value = ?` or `value IN (?, ...)`.
SqlText one_of(const std::string& value, const std::vector<SqlText::Bound>& values) {
  SqlText sql;
  if (values.size() == 1) return sql.add(value).add(" = ").bind(values.front());
  sql.add(value).add(" IN (");
  for (const SqlText::Bound& one : values) sql.add(&one == &values.front() ? "" : ", ").bind(one);
  return sql.add(")");
}

/// A test whose values are all of one type.
SqlText plain_test(const std::string& value, const Test& test) {
  SqlText sql;
  switch (test.form) {
    case Form::order:
      return sql.add(value).add(symbol(test.op)).bind(bound(test.values[0]));
    case Form::between:
      return sql.add(value).add(" BETWEEN ").bind(bound(test.values[0])).add(" AND ").bind(bound(test.values[1]));
    case Form::like:
      return sql.add(value).add(" GLOB ").bind(glob(std::get<std::string>(test.values[0])));
    case Form::ilike:
      return sql.add(value).add(" LIKE ").bind(bound(test.values[0]));
    default: {
      std::vector<SqlText::Bound> values;
      for (const Literal& one : test.values) values.push_back(bound(one));
      return one_of(value, values);
    }
  }
}

void either(SqlText& sql, SqlText other) { sql.add(sql.text().empty() ? "" : " OR ").add(std::move(other)); }

Test test_of(const Test& test, std::vector<Literal> values) {
  Test one = test;
  one.values = std::move(values);
  return one;
}

void only_equal(const Comparison& c, const std::string& text) {
  if (c.test.form != Form::in) raise(text, c.test.at, "true, false, null and nan compare by =, != and in only");
}

/// What a text reads as: a number, True, False, None, nan.
void add_readings(const std::string& text, std::vector<Literal>& values) {
  double real = 0;
  const char* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, real);
  if (text == "True" || text == "False") values.emplace_back(text == "True");
  if (text == "None") values.emplace_back(std::monostate());
  if (text == "nan") values.emplace_back(NotANumber());
  if (text != "nan" && !text.empty() && read.ec == std::errc() && read.ptr == last) values.emplace_back(real);
}

SqlText typed_param_test(const Test& test, const Comparison& c, const std::string& text) {
  std::vector<Literal> numbers, texts, truths;
  SqlText sql;
  for (std::size_t i = 0; i < test.values.size(); ++i) {
    const Literal& value = test.values[i];
    if (is_number(value)) {
      numbers.push_back(value);
    } else if (is_text(value)) {
      texts.push_back(value);
    } else if (std::holds_alternative<Moment>(value)) {
      raise(text, c.test.value_at[0], fmt::format("{} is no time", name_of(c.operand)));
    } else {
      only_equal(c, text);
      if (is_truth(value)) truths.push_back(value);
      if (is_null(value)) either(sql, SqlText().add("p.type = 'none'"));
      if (is_nan(value)) either(sql, SqlText().add("(p.type = 'float' AND p.value IS NULL)"));
    }
  }
  if (test.form == Form::between && numbers.size() == 1)
    raise(text, c.test.value_at[1], "both bounds must be numbers, or both texts");
  // The upper bound '' keeps texts out of the range in the index, the type keeps out truth values.
  if (!numbers.empty())
    either(sql, SqlText()
                    .add("(")
                    .add(plain_test("p.value", test_of(test, std::move(numbers))))
                    .add(" AND p.value < '' AND p.type IN ('int', 'float'))"));
  if (!texts.empty())
    either(sql, SqlText()
                    .add("(")
                    .add(plain_test("p.value", test_of(test, std::move(texts))))
                    .add(" AND p.type IN ('str', 'json', 'class', 'opaque'))"));
  if (!truths.empty())
    either(
        sql,
        SqlText().add("(").add(plain_test("p.value", test_of(test, std::move(truths)))).add(" AND p.type = 'bool')"));
  return sql;
}

struct Span {
  std::int64_t first;
  std::int64_t end;
};

/// The moments that a value of a time field stands for.
Span span_of(const Comparison& c, std::size_t i, const std::string& text) {
  const Literal& value = c.test.values[i];
  if (const auto* moment = std::get_if<Moment>(&value)) return {moment->us, moment->us + 1};
  if (c.operand.mlflow)
    if (const auto* ms = std::get_if<std::int64_t>(&value)) {
      constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000 - 1;
      if (*ms < -most || *ms > most) raise(text, c.test.value_at[i], "this is beyond every calendar");
      return {*ms * 1000, *ms * 1000 + 1000};
    }
  const auto* written = std::get_if<std::string>(&value);
  const std::optional<TimeSpan> span = written ? parse_time(*written) : std::nullopt;
  if (!span)
    raise(text, c.test.value_at[i],
          fmt::format("{} is a time; write it in quotes, such as '2026-11-01' or '2026-11-01T12:30', or as now() - 7d",
                      name_of(c.operand)));
  return {span->first, span->end};
}

SqlText time_against(const std::string& value, Op op, const Span& span) {
  const auto against = [&](const char* sign, std::int64_t moment) {
    return SqlText().add(value).add(sign).bind(moment);
  };
  switch (op) {
    case Op::lt:
      return against(" < ", span.first);
    case Op::le:
      return against(" < ", span.end);
    case Op::gt:
      return against(" >= ", span.end);
    case Op::ge:
      return against(" >= ", span.first);
    default:
      return SqlText().add("(").add(against(" >= ", span.first)).add(" AND ").add(against(" < ", span.end)).add(")");
  }
}

}  // namespace

std::string name_of(const Operand& operand) {
  return operand.group.empty() ? operand.name : operand.group + "." + operand.name;
}

bool is_null(const Literal& value) { return std::holds_alternative<std::monostate>(value); }

std::vector<std::string> only_texts(const Comparison& c, const std::string& text) {
  if (c.test.form != Form::in)
    raise(text, c.test.at, fmt::format("{} compares by =, != and in only", name_of(c.operand)));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < c.test.values.size(); ++i) {
    const auto* one = std::get_if<std::string>(&c.test.values[i]);
    if (!one) raise(text, c.test.value_at[i], fmt::format("{} is a text; put its value in quotes", name_of(c.operand)));
    texts.push_back(*one);
  }
  return texts;
}

SqlText number_test(const std::string& value, const Comparison& c, const std::string& text) {
  std::vector<Literal> numbers;
  SqlText sql;
  for (std::size_t i = 0; i < c.test.values.size(); ++i) {
    if (is_nan(c.test.values[i])) {
      only_equal(c, text);
      either(sql, SqlText().add(value).add(" IS NULL"));
    } else if (is_number(c.test.values[i])) {
      numbers.push_back(c.test.values[i]);
    } else {
      raise(text, c.test.value_at[i], fmt::format("{} is a number", name_of(c.operand)));
    }
  }
  if (!numbers.empty()) either(sql, plain_test(value, test_of(c.test, std::move(numbers))));
  return sql;
}

SqlText text_test(const std::string& value, const Comparison& c, const std::string& text) {
  for (std::size_t i = 0; i < c.test.values.size(); ++i)
    if (!is_text(c.test.values[i]))
      raise(text, c.test.value_at[i], fmt::format("{} is a text; put its value in quotes", name_of(c.operand)));
  return plain_test(value, c.test);
}

SqlText time_test(const std::string& value, const Comparison& c, const std::string& text) {
  if (c.test.form == Form::like || c.test.form == Form::ilike)
    raise(text, c.test.at, fmt::format("{} is a time, which has no pattern", name_of(c.operand)));
  if (c.test.form == Form::order) return time_against(value, c.test.op, span_of(c, 0, text));
  if (c.test.form == Form::between)
    return SqlText()
        .add(time_against(value, Op::ge, span_of(c, 0, text)))
        .add(" AND ")
        .add(time_against(value, Op::le, span_of(c, 1, text)));
  SqlText sql;
  for (std::size_t i = 0; i < c.test.values.size(); ++i) either(sql, time_against(value, Op::eq, span_of(c, i, text)));
  return sql;
}

SqlText param_test(const Comparison& c, const std::string& text) {
  if (!c.operand.mlflow || c.test.form != Form::in) return typed_param_test(c.test, c, text);
  std::vector<Literal> readings = c.test.values;
  for (const Literal& value : c.test.values)
    if (const auto* written = std::get_if<std::string>(&value)) add_readings(*written, readings);
  return typed_param_test(test_of(c.test, std::move(readings)), c, text);
}

}  // namespace mltrack::ask::filter
