#include "ask/filter_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "ask/filter_measured.hpp"
#include "ask/filter_names.hpp"
#include "ask/filter_tests.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask::filter {

using Form = Test::Form;

/// How rows p of a table belong to what is listed: starting from all rows, and from wanted owners w.
struct Group::Path {
  const char* all;
  const char* of;
  const char* owner;
  const char* rank;    ///< the greatest counts,
  const char* second;  ///< then the greatest of this
};

namespace {

constexpr std::int64_t most_counted = 200'000;

#define WANTED "json_each(?) AS w CROSS JOIN "
#define LENGTH "-(SELECT length(text) FROM name WHERE id = p.name)"

bool has_parts(sqlite::Connection& db) {
  return db.integer("SELECT 1 FROM run WHERE part_of IS NOT NULL LIMIT 1").has_value();
}

/// Runs, with what belongs to a part counted to its run.
SqlText folded(SqlText runs) {
  return SqlText()
      .add("SELECT ifnull(o.id, w.id) AS id FROM (")
      .add(std::move(runs))
      .add(") AS q JOIN run AS w ON w.id = q.id LEFT JOIN run AS o ON o.uid = w.part_of");
}

/// Every run and its parts by the place of the run.
std::unordered_map<std::int64_t, std::size_t> places_of(sqlite::Connection& db, const Ids& owners, bool parts) {
  std::unordered_map<std::int64_t, std::size_t> places;
  places.reserve(owners.size());
  for (std::size_t i = 0; i < owners.size(); ++i) places.emplace(owners[i], i);
  if (!parts) return places;
  store::each(db, "SELECT part.id, o.id FROM run AS part JOIN run AS o ON o.uid = part.part_of",
              [&](const sqlite::Statement& row) {
                if (const auto owner = places.find(row.integer(1)); owner != places.end())
                  places.emplace(row.integer(0), owner->second);
              });
  return places;
}

std::int64_t first_of(const SqlText& sql, sqlite::Connection& db) {
  sqlite::Statement row = sql.prepare(db);
  return row.step() ? row.integer(0) : 0;
}

}  // namespace

bool lowest_is_best(const std::string& metric) {
  static constexpr const char* low[] = {"err",   "mse",        "rmse",  "mae",     "mape",    "msle",
                                        "rmsle", "nll",        "brier", "wer",     "cer",     "deviance",
                                        "ppl",   "perplexity", "hinge", "inertia", "entropy", "divergence"};
  std::vector<std::string> words(1);
  for (char c : metric) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c >= 'a' && c <= 'z')
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  const auto is = [&](const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  if (is("neg") || is("negative")) return false;
  const auto is_low = [&](const std::string& word) {
    return word.ends_with("loss") || word.ends_with("losses") || word.ends_with("error") || word.ends_with("errors") ||
           std::find(std::begin(low), std::end(low), word) != std::end(low);
  };
  return std::any_of(words.begin(), words.end(), is_low);
}

Group::Group(const Snapshot& snapshot, const Listed& listed, const Operand& operand, const std::string& text)
    : snapshot_(snapshot), listed_(listed), operand_(operand), text_(text) {
  check_group(snapshot, operand, text);
  if (operand.group != "tags") names_ = interned(snapshot, operand);
  if (operand.on) datasets_ = measured_on(snapshot, *operand.on, names_, text);
  parts_ = listed.kind == Kind::run && operand.group != "tags" && has_parts(snapshot.db);
}

std::vector<Group::Path> Group::paths() const {
  const Kind kind = listed_.kind;
  if (operand_.group == "tags") return {{"tag AS p", WANTED "tag AS p ON p.node = w.value", "p.node", "0", "0"}};
  if (operand_.group == "metrics") {
    if (kind == Kind::run)
      return {{"metric AS p CROSS JOIN node AS x ON x.id = p.subject",
               WANTED "node AS x ON x.run = w.value CROSS JOIN metric AS p ON p.subject = x.id", "x.run", "p.at_us",
               "p.id"}};
    if (kind == Kind::call)
      return {{"metric AS p", WANTED "metric AS p ON p.call = w.value", "p.call", "p.at_us", "p.id"}};
    return {{"metric AS p", WANTED "metric AS p ON p.subject = w.value", "p.subject", "p.at_us", "p.id"}};
  }
  if (kind == Kind::run)
    return {{"param AS p CROSS JOIN call AS k ON k.spec = p.spec CROSS JOIN node AS x ON x.id = k.id",
             WANTED "node AS x ON x.run = w.value CROSS JOIN call AS k ON k.id = x.id CROSS JOIN param AS p ON "
                    "p.spec = k.spec",
             "x.run", LENGTH, "k.id"},
            {"run_param AS p", WANTED "run_param AS p ON p.run = w.value", "p.run", "1", LENGTH}};
  if (kind == Kind::call)
    return {{"param AS p CROSS JOIN call AS k ON k.spec = p.spec",
             WANTED "call AS k ON k.id = w.value CROSS JOIN param AS p ON p.spec = k.spec", "k.id", LENGTH, "k.id"}};
  return {{"param AS p CROSS JOIN call AS k ON k.spec = p.spec CROSS JOIN edge AS x ON x.src = k.id",
           WANTED "edge AS x ON x.dst = w.value CROSS JOIN call AS k ON k.id = x.src CROSS JOIN param AS p ON "
                  "p.spec = k.spec",
           "x.dst", LENGTH, "k.id"}};
}

SqlText Group::named() const {
  SqlText sql;
  if (operand_.group == "tags") return sql.add("p.key = ").bind(operand_.name);
  if (names_.empty()) return sql.add("0");
  if (names_.size() == 1) {
    sql.add("p.name = ").bind(names_.front());
  } else {
    sql.add("p.name IN (");
    for (const std::int64_t& name : names_) sql.add(&name == &names_.front() ? "" : ", ").bind(name);
    sql.add(")");
  }
  if (datasets_)
    sql.add(" AND p.dataset IN (SELECT value FROM json_each(").bind(store::json_array(*datasets_)).add("))");
  return sql;
}

/// The value of a row p.
std::string Group::value() const {
  const std::string& function = operand_.function;
  if (function.empty() || function == "last") return "p.value";
  if (function == "first") return "(SELECT value FROM point WHERE metric = p.id ORDER BY step, nth LIMIT 1)";
  const std::string what = function == "mean"   ? "avg"
                           : function == "best" ? (lowest_is_best(operand_.name) ? "min" : "max")
                                                : function;
  return "(SELECT " + what + "(value) FROM point WHERE metric = p.id)";
}

/// Who has a row that passes a test.
SqlText Group::owners(const SqlText& test) const {
  SqlText sql;
  for (const Path& path : paths()) {
    sql.add(sql.text().empty() ? "SELECT " : " UNION ALL SELECT ").add(path.owner).add(" AS id FROM ").add(path.all);
    sql.add(" WHERE ").add(named()).add(" AND ").add(path.owner).add(" IS NOT NULL");
    if (!test.text().empty()) sql.add(" AND ").add(test);
  }
  return parts_ ? folded(std::move(sql)) : sql;
}

Group::Owners Group::passing(const Comparison& comparison) const {
  Comparison c = comparison;
  const bool params = operand_.group == "params";
  if (!params && c.test.form == Form::in && c.test.values.size() == 1 && is_null(c.test.values[0]))
    c.test = {.form = Form::null, .negated = c.test.negated, .at = c.test.at};
  SqlText test;
  if (c.test.form == Form::null) {
    if (params) test.add("p.type <> 'none'");
  } else if (c.test.form != Form::present) {
    test = params                        ? param_test(c, text_)
           : operand_.group == "metrics" ? number_test(value(), c, text_)
                                         : text_test("p.value", c, text_);
    const SqlText plain = std::move(test);
    test = SqlText().add(c.test.negated ? "NOT ifnull(" : "(").add(plain).add(c.test.negated ? ", 0)" : ")");
  }
  return {owners(test), c.test.form == Form::null && !c.test.negated};
}

SqlText Group::rows(const Path& path, bool of_owners, const Ids& owners) const {
  SqlText sql;
  const bool params = operand_.group == "params";
  const char* type = params ? "p.type, " : operand_.group == "metrics" ? "'float', " : "'str', ";
  sql.add("SELECT ").add(path.owner).add(", ").add(type).add(value()).add(params ? ", p.exact, " : ", NULL, ");
  sql.add(path.rank).add(", ").add(path.second).add(" FROM ");
  if (of_owners) {
    const std::string from = path.of;
    const std::size_t place = from.find('?');
    sql.add(from.substr(0, place)).bind(store::json_array(owners)).add(from.substr(place + 1));
  } else {
    sql.add(path.all);
  }
  return sql.add(" WHERE ").add(named());
}

/// True when looking up each owner's rows is less work than reading all rows of the name.
bool Group::few(const Ids& owners) const {
  const char* table = operand_.group == "tags" ? "tag" : operand_.group == "metrics" ? "metric" : nullptr;
  if (!table) return owners.size() < 1000;
  auto least = static_cast<std::int64_t>(2 * owners.size());
  if (least > most_counted) return false;
  if (listed_.kind == Kind::run && operand_.group != "tags")
    least = std::max(least, 1 + first_of(SqlText()
                                             .add("SELECT sum((SELECT max(seq) FROM node WHERE run = w.value) + 1) "
                                                  "FROM json_each(")
                                             .bind(store::json_array(owners))
                                             .add(") AS w"),
                                         snapshot_.db));
  if (least > most_counted) return false;
  return least <=
         first_of(SqlText()
                      .add("SELECT count(*) FROM (SELECT 1 FROM ")
                      .add(table)
                      .add(" AS p WHERE ")
                      .add(operand_.on ? SqlText().add("p.name = ").bind(names_.empty() ? 0 : names_[0]) : named())
                      .add(" LIMIT ")
                      .bind(least)
                      .add(")"),
                  snapshot_.db);
}

void Group::values(const Ids& owners, const Take& take) const {
  auto places = places_of(snapshot_.db, owners, parts_);
  Ids wanted;
  for (const auto& [id, place] : places) wanted.push_back(id);
  std::sort(wanted.begin(), wanted.end());
  const bool of_owners = few(wanted);
  std::vector<std::optional<std::pair<std::int64_t, std::int64_t>>> ranks(owners.size());
  for (const Path& path : paths()) {
    const SqlText sql = rows(path, of_owners, wanted);
    sqlite::Statement row = sql.prepare(snapshot_.db);
    while (row.step()) {
      const auto place = places.find(row.integer(0));
      if (place == places.end()) continue;
      const std::pair rank{row.integer(4), row.integer(5)};
      auto& known = ranks[place->second];
      if (known && *known > rank) continue;
      known = rank;
      take(place->second, row);
    }
  }
}

}  // namespace mltrack::ask::filter
