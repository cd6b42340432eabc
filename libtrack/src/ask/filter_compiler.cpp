#include "ask/filter_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ask/filter_group.hpp"
#include "ask/filter_names.hpp"
#include "ask/filter_predicates.hpp"
#include "ask/filter_tests.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

using Form = Test::Form;

namespace {

class Compiler {
 public:
  Compiler(const Snapshot& snapshot, const Listed& listed, const std::string& text)
      : snapshot_(snapshot), listed_(listed), text_(text) {}

  SqlText compile(const Expression& expression) const {
    switch (expression.form) {
      case Expression::Form::all:
        return all(expression.parts);
      case Expression::Form::any:
        return joined(expression.parts, " OR ");
      case Expression::Form::no:
        return SqlText().add("NOT ").add(compile(expression.parts.front()));
      case Expression::Form::predicate:
        return compile_predicate(snapshot_, listed_, expression.predicate, text_);
      case Expression::Form::comparison:
        break;
    }
    return comparison(expression.comparison);
  }

 private:
  static bool is_grouped(const Listed& listed, const Expression& expression) {
    const Operand& operand = expression.comparison.operand;
    return expression.form == Expression::Form::comparison && !operand.group.empty() &&
           has_group(listed, operand.group);
  }

  /// Who has values of several groups is found before anything else is read of them.
  SqlText all(const std::vector<Expression>& parts) const {
    SqlText owners, others;
    int groups = 0;
    for (const Expression& part : parts) {
      if (is_grouped(listed_, part)) {
        Group::Owners found = passing(part.comparison);
        if (!found.not_these) {
          owners.add(groups++ == 0 ? "SELECT id FROM (" : " INTERSECT SELECT id FROM (")
              .add(std::move(found.sql))
              .add(")");
          continue;
        }
      }
      others.add(" AND ").add(compile(part));
    }
    if (groups == 0) return joined(parts, " AND ");
    return SqlText()
        .add("(")
        .add(listed_.owner)
        .add(" IN (")
        .add(std::move(owners))
        .add(")")
        .add(std::move(others))
        .add(")");
  }

  Group::Owners passing(const Comparison& c) const { return Group(snapshot_, listed_, c.operand, text_).passing(c); }

  SqlText joined(const std::vector<Expression>& parts, const char* word) const {
    SqlText sql;
    for (const Expression& part : parts) sql.add(&part == &parts.front() ? "(" : word).add(compile(part));
    return sql.add(")");
  }

  SqlText comparison(const Comparison& c) const {
    if (!c.operand.group.empty() && has_group(listed_, c.operand.group)) {
      const Group::Owners found = passing(c);
      return SqlText()
          .add("(")
          .add(listed_.owner)
          .add(found.not_these ? " NOT IN (" : " IN (")
          .add(found.sql)
          .add("))");
    }
    return SqlText().add("ifnull(").add(plain(c)).add(", 0)");
  }

  SqlText plain(const Comparison& c) const {
    const FieldRule& rule = field_of(listed_, c.operand, text_);
    const bool null = c.test.form == Form::in && c.test.values.size() == 1 && is_null(c.test.values[0]);
    if ((null || c.test.form == Form::null || c.test.form == Form::present)) {
      if (!rule.sql) raise(text_, c.test.at, "a run may have many estimators; name one in quotes");
      const bool wanted = c.test.form == Form::present || c.test.negated;
      return SqlText().add("(").add(rule.sql).add(wanted ? ") IS NOT NULL" : ") IS NULL");
    }
    return SqlText().add(c.test.negated ? "NOT (" : "(").add(tested(c, rule)).add(")");
  }

  SqlText tested(const Comparison& c, const FieldRule& rule) const {
    const std::string value = rule.sql ? std::string("(") + rule.sql + ")" : "";
    switch (rule.type) {
      case FieldType::integer:
        return number_test(value, c, text_);
      case FieldType::time:
        return time_test(value, c, text_);
      case FieldType::status:
        return status(c, value);
      case FieldType::dotted:
        return dotted(c, rule);
      case FieldType::run:
        return run(c, value);
      case FieldType::reference:
        return reference(c, value);
      case FieldType::digest:
        return digest(c, value);
      case FieldType::grade:
        return grade(c, value);
      case FieldType::text:
        break;
    }
    check_known(c, rule);
    return text_test(value, c, text_);
  }

  /// Projects and experiments that are asked for by name must exist, or have no name that another is near to.
  void check_known(const Comparison& c, const FieldRule& rule) const {
    if (c.test.form != Form::in) return;
    const std::string_view name = rule.name;
    for (std::size_t i = 0; i < c.test.values.size(); ++i) {
      const auto* wanted = std::get_if<std::string>(&c.test.values[i]);
      if (!wanted) continue;
      if (name == "project") check_project(snapshot_, *wanted, c.test.value_at[i], text_);
      if (name == "experiment") check_experiment(snapshot_, *wanted, c.test.value_at[i], text_);
    }
  }

  /// MLflow's words mean the same.
  SqlText status(const Comparison& c, const std::string& value) const {
    constexpr std::array known = {"running", "finished", "failed", "interrupted", "lost"};
    Comparison ours = c;
    const std::vector<std::string> wanted = only_texts(c, text_);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      std::string word = wanted[i];
      for (char& letter : word)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
      if (word == "killed") word = "interrupted";
      if (std::find(known.begin(), known.end(), word) == known.end())
        raise(text_, c.test.value_at[i],
              fmt::format("{} is no status; a status is 'running', 'finished', 'failed', 'interrupted' or 'lost'",
                          value::quoted(wanted[i])));
      ours.test.values[i] = word;
    }
    return text_test(value, ours, text_);
  }

  /// The grade as a number, the gravest the greatest.
  SqlText grade(const Comparison& c, const std::string& value) const {
    constexpr std::array known = {"note", "mild", "alarm"};
    Comparison ours = c;
    for (std::size_t i = 0; i < c.test.values.size(); ++i) {
      const auto* word = std::get_if<std::string>(&c.test.values[i]);
      const auto found = std::find(known.begin(), known.end(), word ? *word : "");
      if (found == known.end() || c.test.form == Form::like || c.test.form == Form::ilike)
        raise(text_, c.test.value_at[i], "a grade is 'note', 'mild' or 'alarm', from the least to the gravest");
      ours.test.values[i] = std::int64_t{found - known.begin()};
    }
    return number_test("CASE " + value + " WHEN 'alarm' THEN 2 WHEN 'mild' THEN 1 ELSE 0 END", ours, text_);
  }

  /// A dotted path, or its last parts. A run has the estimators of its calls and models.
  SqlText dotted(const Comparison& c, const FieldRule& rule) const {
    const bool pattern = c.test.form == Form::like || c.test.form == Form::ilike;
    const auto matches = [&](const std::string& sql) {
      if (pattern) return text_test(sql, c, text_);
      SqlText any;
      for (const std::string& wanted : only_texts(c, text_))
        any.add(any.text().empty() ? "" : " OR ")
            .add(sql + " = ")
            .bind(wanted)
            .add(" OR substr(" + sql + ", -length(")
            .bind("." + wanted)
            .add(")) = ")
            .bind("." + wanted);
      return any;
    };
    if (!pattern) {
      const std::vector<std::string> wanted = only_texts(c, text_);
      for (std::size_t i = 0; i < wanted.size(); ++i) check_estimator(snapshot_, wanted[i], c.test.value_at[i], text_);
    }
    if (rule.sql) return matches(rule.sql);
    return SqlText()
        .add(listed_.owner)
        .add(
            " IN (SELECT ifnull(o.id, w.id) FROM (SELECT DISTINCT x.run AS id FROM name AS t JOIN node AS x ON x.type "
            "= "
            "t.id WHERE x.kind IN ('call', 'model') AND (")
        .add(matches("t.text"))
        .add(")) AS q JOIN run AS w ON w.id = q.id LEFT JOIN run AS o ON o.uid = w.part_of)");
  }

  /// A run's name, or the first digits of its uid.
  SqlText run(const Comparison& c, const std::string& value) const {
    if (c.test.form == Form::like || c.test.form == Form::ilike) return text_test(value, c, text_);
    SqlText sql;
    for (const std::string& wanted : only_texts(c, text_)) {
      sql.add(sql.text().empty() ? "" : " OR ").add(value + " = ").bind(wanted);
      const auto range = prefix_range(wanted, 16, least_run_digits);
      if (!range) continue;
      const auto add_uid = [&](const char* uid) {
        sql.add(" OR ").add(uid).add(" BETWEEN ").bind(range->first).add(" AND ").bind(range->last);
      };
      add_uid("r.uid");
      if (may_lie_in_part(listed_)) add_uid("own.uid");
    }
    return sql;
  }

  /// A node, or all occurrences of a content.
  Ids resolved(const std::string& wanted) const {
    const Target target = resolve(snapshot_, {wanted});
    const bool above = target.kind == Kind::project || target.kind == Kind::experiment || target.kind == Kind::run;
    return above ? Ids{target.node} : target.starts;
  }

  SqlText reference(const Comparison& c, const std::string& value) const {
    SqlText sql;
    for (const std::string& wanted : only_texts(c, text_))
      for (const std::int64_t node : resolved(wanted)) sql.add(sql.text().empty() ? value + " IN (" : ", ").bind(node);
    return sql.add(")");
  }

  /// The first digits of a digest.
  SqlText digest(const Comparison& c, const std::string& value) const {
    SqlText sql;
    const std::vector<std::string> texts = only_texts(c, text_);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto range = prefix_range(texts[i], 32, least_digest_digits);
      if (!range)
        raise(text_, c.test.value_at[i],
              fmt::format("a digest is hexadecimal; write {} or more of its digits", least_digest_digits));
      sql.add(i == 0 ? "" : " OR ").add(value + " BETWEEN ").bind(std::move(range->first));
      sql.add(" AND ").bind(std::move(range->last));
    }
    return sql;
  }

  const Snapshot& snapshot_;
  const Listed& listed_;
  const std::string& text_;
};

}  // namespace

SqlText compile(const Snapshot& snapshot, const Listed& listed, const Expression& expression, const std::string& text) {
  return Compiler(snapshot, listed, text).compile(expression);
}

const FieldRule& sortable(const Listed& listed, const Operand& operand, const std::string& text) {
  const FieldRule& rule = field_of(listed, operand, text);
  if (!rule.sql) raise(text, operand.at, "a run may have many estimators; sort by and select another field");
  return rule;
}

}  // namespace mltrack::ask::filter
