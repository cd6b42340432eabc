#include "ask/filter_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <mltrack/error.hpp>

#include "ask/closure.hpp"
#include "ask/fields.hpp"
#include "ask/time_text.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

namespace {

const char* symbol(Op op) {
  switch (op) {
    case Op::eq:
      return "=";
    case Op::ne:
      return "<>";
    case Op::lt:
      return "<";
    case Op::le:
      return "<=";
    case Op::gt:
      return ">";
    case Op::ge:
      return ">=";
  }
  return "";
}

bool is_order(Op op) { return op != Op::eq && op != Op::ne; }
bool is_number(const Literal& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}
bool is_null(const Literal& value) { return std::holds_alternative<std::monostate>(value); }
bool is_nan(const Literal& value) { return std::holds_alternative<NotANumber>(value); }

SqlText::Bound bound(const Literal& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* truth = std::get_if<bool>(&value)) return std::int64_t{*truth};
  return std::get<std::string>(value);
}

/// `sql` for =, its opposite for !=.
SqlText matched(Op op, SqlText sql) { return SqlText().add(op == Op::ne ? "NOT (" : "(").add(std::move(sql)).add(")"); }

const FieldRule& find_field(Kind kind, const Field& field, const std::string& text) {
  const std::span<const FieldRule> rules = fields_of(kind);
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const FieldRule& rule) { return field.name == rule.name; });
  if (field.group.empty() && found != rules.end()) return *found;
  const std::string name = field.group.empty() ? field.name : field.group + "." + field.name;
  raise(text, field.at,
        fmt::format("{}s have no field {}; they have {}", to_string(kind), value::quoted(name), field_list(kind)));
}

/// Names of parameters: the name itself or, behind a nested estimator's prefix, its last part.
SqlText named_param(const std::string& name) {
  SqlText sql;
  sql.add("p.name IN (SELECT id FROM name WHERE text = ").bind(name);
  sql.add(" OR substr(text, -length(").bind("__" + name).add(")) = ").bind("__" + name).add(")");
  return sql;
}

SqlText named_metric(const std::string& name) {
  return SqlText().add("p.name = (SELECT id FROM name WHERE text = ").bind(name).add(")");
}

/// Who has the rows p of a group: an SQL that selects node ids, up to its condition.
const char* owners_from(Kind kind, const std::string& group) {
  if (group == "tags") return "SELECT p.node AS id FROM tag AS p WHERE ";
  if (group == "metrics") {
    if (kind == Kind::run) return "SELECT x.run AS id FROM metric AS p JOIN node AS x ON x.id = p.subject WHERE ";
    if (kind == Kind::call) return "SELECT p.call AS id FROM metric AS p WHERE p.call IS NOT NULL AND ";
    return "SELECT p.subject AS id FROM metric AS p WHERE ";
  }
  if (kind == Kind::run)
    return "SELECT x.run AS id FROM param AS p JOIN call AS k ON k.spec = p.spec JOIN node AS x ON x.id = k.id WHERE ";
  if (kind == Kind::call) return "SELECT k.id AS id FROM param AS p JOIN call AS k ON k.spec = p.spec WHERE ";
  return "SELECT x.dst AS id FROM param AS p JOIN call AS k ON k.spec = p.spec JOIN edge AS x ON x.src = k.id WHERE ";
}

/// The same for runs, with what belongs to a part counted to its run.
SqlText folded(SqlText runs) {
  return SqlText()
      .add("SELECT ifnull(o.id, w.id) AS id FROM (")
      .add(std::move(runs))
      .add(") AS q JOIN run AS w ON w.id = q.id LEFT JOIN run AS o ON o.uid = w.part_of");
}

SqlText owners(Kind kind, const std::string& group, const SqlText& condition) {
  SqlText sql;
  sql.add(owners_from(kind, group)).add(condition);
  if (kind != Kind::run || group == "tags") return sql;
  if (group == "params") sql.add(" UNION SELECT p.run FROM run_param AS p WHERE ").add(condition);
  return folded(std::move(sql));
}

class Compiler {
 public:
  Compiler(const Snapshot& snapshot, Kind kind, const std::string& text)
      : snapshot_(snapshot), kind_(kind), text_(text) {}

  SqlText compile(const Expression& expression) const {
    switch (expression.form) {
      case Expression::Form::all:
        return joined(expression.parts, " AND ");
      case Expression::Form::any:
        return joined(expression.parts, " OR ");
      case Expression::Form::no:
        return SqlText().add("NOT ").add(compile(expression.parts.front()));
      case Expression::Form::derived:
        return derived(expression.derived);
      case Expression::Form::comparison:
        break;
    }
    return SqlText().add("ifnull(").add(comparison(expression.comparison)).add(", 0)");
  }

 private:
  SqlText joined(const std::vector<Expression>& parts, const char* word) const {
    SqlText sql;
    for (const Expression& part : parts) sql.add(&part == &parts.front() ? "(" : word).add(compile(part));
    return sql.add(")");
  }

  SqlText derived(const DerivedFrom& derived) const {
    if (kind_ == Kind::project || kind_ == Kind::experiment)
      raise(text_, derived.at, fmt::format("{}s are not derived from anything; ask for runs", to_string(kind_)));
    const Ids starts = resolve(snapshot_, derived.reference).starts;
    std::string ids = store::json_array(closure(snapshot_.db, starts, Way::down));
    if (kind_ != Kind::run)
      return SqlText().add("n.id IN (SELECT value FROM json_each(").bind(std::move(ids)).add("))");
    SqlText runs;
    runs.add("SELECT x.run AS id FROM json_each(")
        .bind(std::move(ids))
        .add(") AS j CROSS JOIN node AS x ON x.id = j.value");
    return SqlText().add("n.id IN (").add(folded(std::move(runs))).add(")");
  }

  SqlText comparison(const Comparison& c) const {
    if (is_order(c.op) && !is_number(c.value) && !std::holds_alternative<std::string>(c.value))
      raise(text_, c.op_at, "true, false, null and nan compare by = and != only");
    if (!c.field.group.empty() && has_group(kind_, c.field.group)) return group(c);
    const FieldRule& rule = find_field(kind_, c.field, text_);
    if (is_null(c.value) && rule.sql) return SqlText().add(rule.sql).add(c.op == Op::eq ? " IS NULL" : " IS NOT NULL");
    switch (rule.type) {
      case FieldType::integer:
        return integer(c, rule);
      case FieldType::time:
        return time(c, rule);
      case FieldType::status:
        check_status(c);
        break;
      case FieldType::dotted:
        return dotted(c, rule);
      case FieldType::run:
        return run(c, rule);
      case FieldType::text:
        break;
    }
    return SqlText().add("(").add(rule.sql).add(") ").add(symbol(c.op)).add(" ").bind(string(c));
  }

  std::string string(const Comparison& c) const {
    if (const auto* text = std::get_if<std::string>(&c.value)) return *text;
    raise(text_, c.value_at, fmt::format("{} is a text; put its value in quotes", name(c.field)));
  }

  static std::string name(const Field& field) {
    return field.group.empty() ? field.name : field.group + "." + field.name;
  }

  void equality_only(const Comparison& c) const {
    if (is_order(c.op)) raise(text_, c.op_at, fmt::format("{} compares by = and != only", name(c.field)));
  }

  SqlText integer(const Comparison& c, const FieldRule& rule) const {
    if (!is_number(c.value)) raise(text_, c.value_at, fmt::format("{} is a number", name(c.field)));
    return SqlText().add(rule.sql).add(" ").add(symbol(c.op)).add(" ").bind(bound(c.value));
  }

  SqlText time(const Comparison& c, const FieldRule& rule) const {
    const auto* text = std::get_if<std::string>(&c.value);
    const std::optional<TimeSpan> span = text ? parse_time(*text) : std::nullopt;
    if (!span)
      raise(text_, c.value_at,
            fmt::format("{} is a time; write it in quotes, such as '2026-11-01' or '2026-11-01T12:30'", name(c.field)));
    const auto against = [&](const char* op, std::int64_t moment) {
      return SqlText().add(rule.sql).add(op).bind(moment);
    };
    switch (c.op) {
      case Op::lt:
        return against(" < ", span->first);
      case Op::le:
        return against(" < ", span->end);
      case Op::gt:
        return against(" >= ", span->end);
      case Op::ge:
        return against(" >= ", span->first);
      default:
        return matched(c.op, against(" >= ", span->first).add(" AND ").add(against(" < ", span->end)));
    }
  }

  void check_status(const Comparison& c) const {
    constexpr std::array known = {"running", "finished", "failed", "interrupted", "lost"};
    equality_only(c);
    if (std::find(known.begin(), known.end(), string(c)) == known.end())
      raise(text_, c.value_at, "a status is 'running', 'finished', 'failed', 'interrupted' or 'lost'");
  }

  /// A dotted path, or its last part. A run has the estimators of its calls and models.
  SqlText dotted(const Comparison& c, const FieldRule& rule) const {
    equality_only(c);
    if (is_null(c.value)) raise(text_, c.value_at, "a run may have many estimators; name one in quotes");
    const std::string wanted = string(c);
    const auto matches = [&](const char* sql) {
      return SqlText()
          .add(sql)
          .add(" = ")
          .bind(wanted)
          .add(" OR substr(")
          .add(sql)
          .add(", -length(")
          .bind("." + wanted)
          .add(")) = ")
          .bind("." + wanted);
    };
    if (rule.sql) return matched(c.op, matches(rule.sql));
    SqlText runs;
    runs.add(
        "SELECT x.run AS id FROM name AS t JOIN node AS x ON x.type = t.id WHERE x.kind IN ('call', 'model') AND (");
    runs.add(matches("t.text")).add(")");
    return matched(c.op, SqlText().add("n.id IN (").add(folded(std::move(runs))).add(")"));
  }

  /// A run's name, or the first digits of its uid.
  SqlText run(const Comparison& c, const FieldRule& rule) const {
    equality_only(c);
    const std::string wanted = string(c);
    SqlText sql;
    sql.add(rule.sql).add(" = ").bind(wanted);
    if (auto range = prefix_range(wanted, 16, least_run_digits))
      sql.add(" OR r.uid BETWEEN ").bind(std::move(range->first)).add(" AND ").bind(std::move(range->last));
    return matched(c.op, std::move(sql));
  }

  SqlText group(const Comparison& c) const {
    SqlText condition;
    if (c.field.group == "params")
      condition = named_param(c.field.name).add(" AND ").add(param_value(c));
    else if (c.field.group == "metrics")
      condition = named_metric(c.field.name).add(metric_value(c));
    else
      condition = SqlText().add("p.key = ").bind(c.field.name).add(tag_value(c));
    // metrics.x = null and tags.x = null ask for what has none.
    const bool absent = is_null(c.value) && c.op == Op::eq && c.field.group != "params";
    return SqlText().add(absent ? "n.id NOT IN (" : "n.id IN (").add(owners(kind_, c.field.group, condition)).add(")");
  }

  /// Numbers match numbers only: the upper bound '' keeps texts out, the type keeps booleans out.
  static SqlText param_value(const Comparison& c) {
    SqlText sql;
    if (is_null(c.value)) return matched(c.op, sql.add("p.type = 'none'"));
    if (is_nan(c.value)) return matched(c.op, sql.add("p.type = 'float' AND p.value IS NULL"));
    sql.add("p.value ").add(c.op == Op::ne ? "=" : symbol(c.op)).add(" ").bind(bound(c.value));
    if (std::holds_alternative<bool>(c.value))
      sql.add(" AND p.type = 'bool'");
    else
      sql.add(is_number(c.value) ? " AND p.value < '' AND p.type IN ('int', 'float')"
                                 : " AND p.type IN ('str', 'json', 'class', 'opaque')");
    return c.op == Op::ne ? SqlText().add("NOT ifnull(").add(std::move(sql)).add(", 0)") : sql;
  }

  SqlText metric_value(const Comparison& c) const {
    if (is_null(c.value)) return {};
    if (is_nan(c.value)) return SqlText().add(c.op == Op::eq ? " AND p.value IS NULL" : " AND p.value IS NOT NULL");
    if (!is_number(c.value)) raise(text_, c.value_at, fmt::format("{} is a number", name(c.field)));
    if (c.op == Op::ne) return SqlText().add(" AND p.value IS NOT ").bind(bound(c.value));
    return SqlText().add(" AND p.value ").add(symbol(c.op)).add(" ").bind(bound(c.value));
  }

  SqlText tag_value(const Comparison& c) const {
    if (is_null(c.value)) return {};
    return SqlText().add(" AND p.value ").add(symbol(c.op)).add(" ").bind(string(c));
  }

  const Snapshot& snapshot_;
  Kind kind_;
  const std::string& text_;
};

/// One value for each node that has any: of several metrics the last one logged, of several parameters that with the
/// shortest name.
SqlText one_value_each(Kind kind, const Field& field) {
  SqlText condition = field.group == "params"    ? named_param(field.name)
                      : field.group == "metrics" ? named_metric(field.name)
                                                 : SqlText().add("p.key = ").bind(field.name);
  const char* first = field.group == "params"    ? "(SELECT length(text) FROM name WHERE id = p.name)"
                      : field.group == "metrics" ? "-p.at_us"
                                                 : "0";
  const auto ranked = [&](std::string from) {
    from.replace(0, std::string_view("SELECT").size(), "SELECT p.value AS value, " + std::string(first) + " AS first,");
    return SqlText().add(from).add(condition);
  };
  SqlText rows = ranked(owners_from(kind, field.group));
  if (kind == Kind::run && field.group == "params")
    rows.add(" UNION ALL ").add(ranked("SELECT p.run AS id FROM run_param AS p WHERE "));
  if (kind == Kind::run && field.group != "tags")
    rows = SqlText()
               .add("SELECT q.value, q.first, ifnull(o.id, w.id) AS id FROM (")
               .add(std::move(rows))
               .add(") AS q JOIN run AS w ON w.id = q.id LEFT JOIN run AS o ON o.uid = w.part_of");
  return SqlText()
      .add(
          "SELECT id, value FROM (SELECT id, value, row_number() OVER (PARTITION BY id ORDER BY first, value DESC) AS "
          "nth "
          "FROM (")
      .add(std::move(rows))
      .add(")) WHERE nth = 1 AND value IS NOT NULL");
}

}  // namespace

SqlText compile(const Snapshot& snapshot, Kind kind, const Expression& expression, const std::string& text) {
  return Compiler(snapshot, kind, text).compile(expression);
}

OrderSql compile_order(Kind kind, const Order& order, const std::string& text) {
  if (!order.field.group.empty() && has_group(kind, order.field.group)) return {{}, one_value_each(kind, order.field)};
  const FieldRule& rule = find_field(kind, order.field, text);
  if (!rule.sql) raise(text, order.field.at, fmt::format("a run may have many estimators; sort by another field"));
  return {rule.sql, {}};
}

}  // namespace mltrack::ask::filter
