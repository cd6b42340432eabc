#include "ask/rank.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include <mltrack/error.hpp>

#include "ask/filter_measured.hpp"
#include "ask/training.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

struct Measured {
  double value = 0;
  std::optional<std::int64_t> data{};
};

/// The last value of the metric of each model, among those on data that is asked for.
template <class Wanted>
std::unordered_map<std::int64_t, Measured> measured(sqlite::Connection& db, const Ids& models,
                                                    const std::string& metric, Wanted&& wanted) {
  std::unordered_map<std::int64_t, Measured> found;
  const auto take = [&](const Statement& row) {
    const auto data = row.maybe_integer(1);
    if (wanted(data)) found[row.integer(0)] = {row.real(2), data};
  };
  each(db,
       "SELECT m.subject, m.dataset, m.value FROM json_each(?1) AS w CROSS JOIN metric AS m ON m.subject = w.value "
       "WHERE m.name = (SELECT id FROM name WHERE text = ?2) ORDER BY m.at_us, m.id",
       take, store::json_array(models), metric);
  return found;
}

/// Leaves out what is a part of another one in the list: its value is that of the whole.
void drop_parts(const Snapshot& snapshot, Ids& models) {
  const std::unordered_set<std::int64_t> listed(models.begin(), models.end());
  std::unordered_set<std::int64_t> parts;
  for (const std::int64_t model : models)
    for (const auto& [slot, part] : parts_of(snapshot, model))
      if (listed.contains(part)) parts.insert(part);
  std::erase_if(models, [&](std::int64_t model) { return parts.contains(model); });
}

[[noreturn]] void raise_no_metric(sqlite::Connection& db, const Ids& models, const Ranking& ranking) {
  std::string known;
  each(
      db,
      "SELECT DISTINCT n.text FROM json_each(?1) AS w CROSS JOIN metric AS m ON m.subject = w.value "
      "JOIN name AS n ON n.id = m.name ORDER BY n.text",
      [&](const Statement& row) { known += (known.empty() ? "" : ", ") + std::string(row.text(0)); },
      store::json_array(models));
  throw Error(ErrorCode::not_found,
              fmt::format("no model has the metric {}{}; they have {}", value::quoted(ranking.metric),
                          ranking.on ? " on " + value::quoted(*ranking.on) : "", known.empty() ? "none" : known));
}

/// Whether a word is a role rather than a reference: it names nothing, or what holds no rows and may well have the name
/// of a role.
bool is_role(const Snapshot& snapshot, const Reference& on) {
  try {
    const Kind kind = resolve(snapshot, on).kind;
    return kind == Kind::project || kind == Kind::experiment;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return true;
  }
}

/// The datasets on which a metric may have been measured to count.
Ids datasets_meant(const Snapshot& snapshot, const std::string& metric, const Reference& on) {
  const auto name = snapshot.db.integer("SELECT id FROM name WHERE text = ?1", metric);
  filter::Measured measured;
  if (is_role(snapshot, on))
    measured.role = on.text;
  else
    measured.dataset = on;
  return filter::measured_on(snapshot, measured, name ? Ids{*name} : Ids(), on.text);
}

}  // namespace

Table rank(const Snapshot& snapshot, const Ranking& ranking, const Choice& choice, const std::vector<Reference>& named,
           const std::optional<Reference>& on) {
  sqlite::Connection& db = snapshot.db;
  const Ids all = chosen_models(snapshot, choice, named);
  const Ids datasets = on ? datasets_meant(snapshot, ranking.metric, *on) : Ids();
  const auto wanted = [&](std::optional<std::int64_t> data) {
    return !on || (data && std::binary_search(datasets.begin(), datasets.end(), *data));
  };
  const auto values = measured(db, all, ranking.metric, wanted);
  if (values.empty()) raise_no_metric(db, all, ranking);
  Ids models;
  std::copy_if(all.begin(), all.end(), std::back_inserter(models), [&](auto id) { return values.contains(id); });
  drop_parts(snapshot, models);
  const auto key = [&](std::int64_t model) {
    const double value = values.at(model).value;
    return std::pair(std::isnan(value), ranking.smallest_first ? value : -value);
  };
  std::stable_sort(models.begin(), models.end(), [&](std::int64_t a, std::int64_t b) {
    const auto [a_nan, a_value] = key(a);
    const auto [b_nan, b_value] = key(b);
    return a_nan != b_nan ? b_nan : !a_nan && a_value < b_value;
  });
  const std::size_t count = models.size();
  if (ranking.limit && *ranking.limit > 0 && count > *ranking.limit) models.resize(*ranking.limit);
  store::NodeReader reader(db);
  std::vector<std::vector<Cell>> rows;
  for (const std::int64_t model : models) {
    const Measured& here = values.at(model);
    rows.push_back({here.value, here.data ? Cell(reader.refs({&*here.data, 1}).front()) : Cell()});
  }
  Table table = about_models(snapshot, models, {ranking.metric, "measured_on"}, rows);
  if (models.size() < count)
    table.notes.push_back(fmt::format("{} more are left out by the limit", count - models.size()));
  return table;
}

Table overview(const Snapshot& snapshot) {
  std::vector<std::vector<Cell>> rows;
  std::vector<std::optional<std::int64_t>> last;
  const auto take = [&](const Statement& row) {
    rows.push_back({std::string(row.text(0)), row.integer(1), row.integer(2), row.integer(3), {}});
    last.push_back(row.maybe_integer(4));
  };
  each(snapshot.db,
       "SELECT p.name, count(DISTINCT e.id), count(DISTINCT CASE WHEN o.id IS NULL THEN r.id END), count(m.id), "
       "max(r.started_us) FROM project AS p "
       "LEFT JOIN experiment AS e ON e.project = p.id LEFT JOIN run AS r ON r.experiment = e.id "
       "LEFT JOIN run AS o ON o.uid = r.part_of LEFT JOIN node AS m ON m.run = r.id AND m.kind = 'model' GROUP BY p.id "
       "ORDER BY p.name",
       take);
  Table table = table_of({"project", "experiments", "runs", "models", "last_run"}, rows);
  TableColumn& times = table.columns.back();
  times.type = TableColumn::Type::time;
  times.texts.clear();
  times.missing.clear();
  for (const auto& at : last) {
    times.integers.push_back(at.value_or(0));
    times.missing.push_back(!at);
  }
  return table;
}

}  // namespace mltrack::ask
