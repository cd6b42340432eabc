#include "ask/filter_predicates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ask/closure.hpp"
#include "ask/column_use.hpp"
#include "ask/filter_names.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::schema {
extern const std::string_view sql_same_data_calls;
extern const std::string_view sql_same_data_models;
extern const std::string_view sql_values_of;
extern const std::string_view sql_calls_inside;
}  // namespace mltrack::schema

namespace mltrack::ask::filter {

using sqlite::Statement;
using store::each;
using Name = Predicate::Name;

namespace {

Ids ids_of(sqlite::Connection& db, std::string_view sql, const Ids& of) {
  Ids ids;
  each(
      db, sql, [&](const Statement& row) { ids.push_back(row.integer(0)); }, store::json_array(of));
  return ids;
}

Ids united(Ids a, const Ids& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

class Compiler {
 public:
  Compiler(const Snapshot& snapshot, const Listed& listed, const Predicate& predicate, const std::string& text)
      : snapshot_(snapshot), db_(snapshot.db), listed_(listed), predicate_(predicate), text_(text) {}

  SqlText compile() const {
    if (predicate_.name == Name::child_of) return child_of();
    if (listed_.kind == Kind::project || listed_.kind == Kind::experiment)
      raise(text_, predicate_.at,
            fmt::format("{} are not part of the graph; ask for runs, models, datasets, calls or artifacts",
                        listed_.plural));
    switch (predicate_.name) {
      case Name::derived_from:
        return among(closure(db_, target().starts, Way::down));
      case Name::feeds:
        return among(closure(db_, target().starts, Way::up));
      case Name::uses_column:
        return uses_column();
      case Name::fitted_with:
        return fitted_with();
      default:
        return same_data();
    }
  }

 private:
  Target target() const { return resolve(snapshot_, *predicate_.reference); }

  /// Those that are among some nodes; runs that hold one of them, themselves or in a part.
  SqlText among(const Ids& nodes) const {
    SqlText sql;
    sql.add(listed_.owner).add(" IN (");
    if (listed_.kind != Kind::run)
      return sql.add("SELECT value FROM json_each(").bind(store::json_array(nodes)).add("))");
    return sql.add("SELECT ifnull(o.id, w.id) FROM (SELECT DISTINCT x.run AS id FROM json_each(")
        .bind(store::json_array(nodes))
        .add(
            ") AS j CROSS JOIN node AS x ON x.id = j.value) AS q JOIN run AS w ON w.id = q.id LEFT JOIN run AS o ON "
            "o.uid = w.part_of)");
  }

  /// Models that were fitted on values of the column, the calls that fitted them, the datasets that hold such values.
  SqlText uses_column() const {
    check_column(snapshot_, predicate_.argument, predicate_.argument_at, text_);
    const ColumnHolders holders = holders_of_column(snapshot_, predicate_.argument);
    if (listed_.kind == Kind::dataset) return among(holders.datasets);
    if (listed_.kind == Kind::artifact)
      raise(text_, predicate_.at, "artifacts use no columns; ask for models, datasets, calls or runs");
    if (listed_.kind != Kind::call) return among(holders.models);
    return among(ids_of(db_,
                        "SELECT c.id FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.dst = w.value AND e.via IS NULL "
                        "JOIN call AS c ON c.id = e.src",
                        holders.models));
  }

  /// The models of an estimator, the calls that fitted them, and all that came from these models.
  SqlText fitted_with() const {
    check_estimator(snapshot_, predicate_.argument, predicate_.argument_at, text_);
    Ids models;
    each(
        db_,
        "SELECT n.id FROM name AS t JOIN node AS n ON n.kind = 'model' AND n.type = t.id WHERE t.text = ?1 OR "
        "substr(t.text, -length(?2)) = ?2 ORDER BY n.id",
        [&](const Statement& row) { models.push_back(row.integer(0)); }, predicate_.argument,
        "." + predicate_.argument);
    const Ids fits = ids_of(
        db_,
        "SELECT c.id FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.dst = w.value AND e.via IS NULL JOIN call AS c "
        "ON c.id = e.src",
        models);
    return among(united(united(closure(db_, models, Way::down), models), fits));
  }

  SqlText child_of() const {
    const Target target = this->target();
    const Ids starts = {target.node};
    const auto is = [&](const char* id) { return SqlText().add(id).add(" = ").bind(target.node); };
    if (target.kind == Kind::project && listed_.kind != Kind::project) return is("p.id");
    const bool above = listed_.kind != Kind::project && listed_.kind != Kind::experiment;
    if (target.kind == Kind::experiment && above) return is("e.id");
    const bool inside = above && listed_.kind != Kind::run;
    if (target.kind == Kind::run && may_lie_in_part(listed_))
      return SqlText().add("(").add(is("r.id")).add(" OR ").add(is("own.id")).add(")");
    if (target.kind == Kind::call && inside) {
      const Ids calls = ids_of(db_, schema::sql_calls_inside, starts);
      if (listed_.kind == Kind::call) return among(calls);
      return among(ids_of(db_,
                          "SELECT e.dst FROM json_each(?1) AS w CROSS JOIN edge AS e ON e.src = w.value AND e.via IS "
                          "NULL",
                          united(calls, starts)));
    }
    raise(text_, predicate_.at,
          fmt::format("{} names a {}; {} are no children of one", value::quoted(predicate_.argument),
                      to_string(target.kind), listed_.plural));
  }

  /// Datasets of the same values, models and calls that took such as X, runs that hold one of these calls.
  SqlText same_data() const {
    const Target target = this->target();
    const bool takes = listed_.kind == Kind::run || listed_.kind == Kind::call || listed_.kind == Kind::model ||
                       listed_.kind == Kind::dataset;
    if (!takes)
      raise(text_, predicate_.at,
            fmt::format("{} have no rows and columns; ask for datasets, models, calls or runs", listed_.plural));
    const Ids contents = ids_of(db_, schema::sql_values_of, target.starts);
    if (contents.empty())
      raise(text_, predicate_.argument_at,
            fmt::format("{} stands for no data; name a dataset, a model, a call or a file that was read",
                        value::quoted(predicate_.argument)));
    if (listed_.kind == Kind::dataset)
      return among(
          ids_of(db_,
                 "SELECT n.id FROM json_each(?1) AS w CROSS JOIN node AS n ON n.content = w.value WHERE n.kind "
                 "= 'dataset'",
                 contents));
    const bool models = listed_.kind == Kind::model;
    return among(ids_of(db_, models ? schema::sql_same_data_models : schema::sql_same_data_calls, contents));
  }

  const Snapshot& snapshot_;
  sqlite::Connection& db_;
  const Listed& listed_;
  const Predicate& predicate_;
  const std::string& text_;
};

}  // namespace

SqlText compile_predicate(const Snapshot& snapshot, const Listed& listed, const Predicate& predicate,
                          const std::string& text) {
  return Compiler(snapshot, listed, predicate, text).compile();
}

}  // namespace mltrack::ask::filter
