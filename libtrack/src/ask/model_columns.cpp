#include "ask/model_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ask/closure.hpp"
#include "ask/column_use.hpp"
#include "ask/importances.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

struct Source {
  std::int64_t dataset = 0;
  std::string file;  // that it was read from; empty: it came from elsewhere
};

/// The datasets behind a model that were made of no other one, with the file they were read from.
std::vector<Source> sources_behind(sqlite::Connection& db, const Ids& nodes) {
  std::vector<Source> sources;
  each(
      db,
      "SELECT n.id, coalesce((SELECT max(f.text) FROM edge AS e JOIN edge AS g ON g.dst = e.src JOIN node AS a "
      "ON a.id = g.src AND a.kind = 'artifact' JOIN name AS f ON f.id = a.name WHERE e.dst = n.id), '') "
      "FROM json_each(?1) AS w CROSS JOIN node AS n ON n.id = w.value WHERE n.kind = 'dataset' AND NOT EXISTS ("
      "SELECT 1 FROM edge AS e JOIN node AS s ON s.id = e.src WHERE e.dst = n.id AND (s.kind = 'dataset' OR EXISTS ("
      "SELECT 1 FROM edge AS g JOIN node AS d ON d.id = g.src WHERE g.dst = s.id AND d.kind = 'dataset'))) "
      "ORDER BY n.id",
      [&](const Statement& row) {
        sources.push_back({row.integer(0), std::string(row.text(1))});
      },
      store::json_array(nodes));
  return sources;
}

struct Named {
  std::string name;
  std::string type;
};

std::vector<Named> columns_of(sqlite::Connection& db, std::int64_t dataset) {
  std::vector<Named> columns;
  const auto take = [&](const Statement& row) {
    const auto name = row.maybe_text(0);
    columns.push_back({name.value_or(fmt::format("[{}]", columns.size())), std::string(row.text(1))});
  };
  each(db,
       "SELECT name.text, type.text FROM node AS n JOIN column AS c ON c.content = n.content "
       "LEFT JOIN name ON name.id = c.name JOIN name AS type ON type.id = c.type WHERE n.id = ?1 ORDER BY c.pos",
       take, dataset);
  return columns;
}

bool holds(const Marks& marks, std::int64_t pos, bool& assumed) {
  for (const Mark& mark : marks) {
    if (pos < mark.pos || pos >= mark.pos + mark.count) continue;
    assumed = mark.way.assumed;
    return true;
  }
  return false;
}

Table originals(const Snapshot& snapshot, std::int64_t model, const std::vector<std::string>& names) {
  sqlite::Connection& db = snapshot.db;
  Ids nodes = closure(db, {model}, Way::up);
  nodes.push_back(model);
  store::NodeReader reader(db);
  std::vector<std::vector<std::vector<Cell>>> found(names.size());
  for (const Source& source : sources_behind(db, nodes)) {
    const std::vector<Named> columns = columns_of(db, source.dataset);
    const auto marks = marks_in_model(snapshot, nodes, source.dataset, static_cast<std::int64_t>(columns.size()));
    const std::string ref = reader.refs({&source.dataset, 1}).front();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::size_t pos = 0; pos < names.size(); ++pos) {
        bool assumed = false;
        if (!holds(marks[i], static_cast<std::int64_t>(pos), assumed)) continue;
        found[pos].push_back({names[pos], columns[i].name, columns[i].type, ref,
                              source.file.empty() ? Cell() : Cell(source.file), assumed});
      }
    }
  }
  std::vector<std::vector<Cell>> rows;
  for (std::size_t pos = 0; pos < names.size(); ++pos) {
    if (found[pos].empty()) rows.push_back({names[pos], {}, {}, {}, {}, {}});
    rows.insert(rows.end(), found[pos].begin(), found[pos].end());
  }
  return table_of({"feature", "original", "type", "data", "file", "assumed"}, rows);
}

}  // namespace

Table columns_of_model(const Snapshot& snapshot, const Reference& reference, bool original) {
  const std::int64_t model = one_model(snapshot, reference);
  const std::vector<std::string> names = columns_taken(snapshot, model);
  if (original) return originals(snapshot, model, names);
  const auto fits = fits_of(snapshot, {model});
  const auto fit = fits.find(model);
  std::vector<Named> columns;
  if (fit != fits.end() && fit->second.X) columns = columns_of(snapshot.db, *fit->second.X);
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto same =
        std::find_if(columns.begin(), columns.end(), [&](const Named& one) { return one.name == names[i]; });
    rows.push_back({static_cast<std::int64_t>(i), names[i], same == columns.end() ? Cell() : Cell(same->type)});
  }
  return table_of({"pos", "feature", "type"}, rows);
}

}  // namespace mltrack::ask
