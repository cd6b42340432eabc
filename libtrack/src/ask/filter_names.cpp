#include "ask/filter_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ask/filter_tests.hpp"
#include "ask/near_stored.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

using sqlite::Statement;
using store::each;

namespace {

/// The last part of a name behind the last of some separators.
std::string last_part(const std::string& name, std::string_view separator) {
  const std::size_t at = name.rfind(separator);
  return at == std::string::npos ? name : name.substr(at + separator.size());
}

bool is_used(sqlite::Connection& db, const std::string& group, std::int64_t name) {
  if (group == "metrics") return db.integer("SELECT 1 FROM metric WHERE name = ?1 LIMIT 1", name).has_value();
  return db.integer("SELECT 1 FROM param WHERE name = ?1 LIMIT 1", name) ||
         db.integer("SELECT 1 FROM run_param WHERE name = ?1 LIMIT 1", name);
}

/// The near ones of the interned names that `used` knows.
template <class Used>
std::vector<std::string> near_interned(const Snapshot& snapshot, const std::string& name, std::string_view separator,
                                       Used&& used) {
  NearNames near(name);
  std::vector<std::pair<std::int64_t, std::string>> candidates;
  each(snapshot.db, "SELECT id, text FROM name", [&](const Statement& row) {
    const std::string text(row.text(1));
    const std::string last = separator.empty() ? text : last_part(text, separator);
    if (near.is_near(text)) candidates.emplace_back(row.integer(0), text);
    if (last != text && near.is_near(last)) candidates.emplace_back(row.integer(0), last);
  });
  for (const auto& [id, text] : candidates)
    if (used(id)) near.offer(text);
  return near.best();
}

void raise_near(const std::string& what, const std::string& name, const std::vector<std::string>& near, std::size_t at,
                const std::string& text) {
  if (near.empty()) return;
  raise(text, at, fmt::format("this store has no {} {}{}", what, value::quoted(name), near_text(near)));
}

}  // namespace

Ids interned(const Snapshot& snapshot, const Operand& operand) {
  Ids ids;
  const auto take = [&](const Statement& row) { ids.push_back(row.integer(0)); };
  if (operand.group == "metrics")
    each(snapshot.db, "SELECT id FROM name WHERE text = ?1", take, operand.name);
  else
    each(snapshot.db,
         "SELECT id FROM name WHERE text = ?1 OR substr(text, -length(?2)) = ?2 ORDER BY length(text), text", take,
         operand.name, "__" + operand.name);
  return ids;
}

void check_group(const Snapshot& snapshot, const Operand& operand, const std::string& text) {
  if (operand.exact) return;
  if (operand.group == "tags") {
    if (snapshot.db.integer("SELECT 1 FROM tag WHERE key = ?1 LIMIT 1", operand.name)) return;
    return raise_near("tag", operand.name, near_in(snapshot, operand.name, "SELECT DISTINCT key FROM tag"), operand.at,
                      text);
  }
  const auto used = [&](std::int64_t name) { return is_used(snapshot.db, operand.group, name); };
  const Ids names = interned(snapshot, operand);
  if (std::any_of(names.begin(), names.end(), used)) return;
  const bool metric = operand.group == "metrics";
  raise_near(metric ? "metric" : "parameter", operand.name,
             near_interned(snapshot, operand.name, metric ? "" : "__", used), operand.at, text);
}

void check_role(const Snapshot& snapshot, const std::string& role, std::size_t at, const std::string& text) {
  if (snapshot.db.integer("SELECT 1 FROM name WHERE text IN (?1, ?2, ?3, ?4)", role, "X_" + role, "y_" + role,
                          role + "[0]"))
    return;
  NearNames near(role);
  for (const char* known : {"train", "test"}) near.offer(known);
  raise_near("split with the role", role, near.best(), at, text);
}

void check_project(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text) {
  if (snapshot.db.integer("SELECT 1 FROM project WHERE name = ?1", name)) return;
  raise_near("project", name, near_in(snapshot, name, "SELECT name FROM project"), at, text);
}

void check_experiment(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text) {
  if (snapshot.db.integer("SELECT 1 FROM experiment WHERE name = ?1 LIMIT 1", name)) return;
  raise_near("experiment", name, near_in(snapshot, name, "SELECT DISTINCT name FROM experiment"), at, text);
}

void check_estimator(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text) {
  if (snapshot.db.integer("SELECT 1 FROM name WHERE text = ?1 OR substr(text, -length(?2)) = ?2 LIMIT 1", name,
                          "." + name))
    return;
  const auto used = [&](std::int64_t type) {
    return snapshot.db.integer("SELECT 1 FROM node WHERE kind = 'model' AND type = ?1 LIMIT 1", type).has_value();
  };
  raise_near("estimator", name, near_interned(snapshot, name, ".", used), at, text);
}

void check_column(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text) {
  if (names_column(snapshot, name)) return;
  raise(text, at,
        fmt::format("no dataset and no model of this store has a column {}{}", value::quoted(name),
                    near_text(near_columns(snapshot, name))));
}

const FieldRule& field_of(const Listed& listed, const Operand& operand, const std::string& text) {
  const FieldRule* rule = operand.group.empty() ? find_field(listed, operand.name) : nullptr;
  if (rule) return *rule;
  NearNames near(name_of(operand));
  for (const FieldRule& known : listed.fields) near.offer(known.name);
  raise(text, operand.at,
        fmt::format("{} have no field {}{}; they have {}", listed.plural, value::quoted(name_of(operand)),
                    near_text(near.best()), field_list(listed)));
}

}  // namespace mltrack::ask::filter
