#include "ask/training.hpp"

#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/row_numbers.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

struct Shape {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

std::unordered_map<std::int64_t, Shape> shapes_of(sqlite::Connection& db, const Ids& datasets) {
  std::unordered_map<std::int64_t, Shape> shapes;
  each(
      db,
      "SELECT n.id, d.rows, d.columns FROM json_each(?1) AS w CROSS JOIN node AS n ON n.id = w.value "
      "JOIN dataset AS d ON d.content = n.content",
      [&](const Statement& row) {
        shapes[row.integer(0)] = {row.integer(1), row.integer(2)};
      },
      store::json_array(datasets));
  return shapes;
}

/// How many rows the fold of each trial was fitted on.
std::unordered_map<std::int64_t, std::int64_t> rows_of_trials(sqlite::Connection& db, const Ids& calls) {
  std::unordered_map<std::int64_t, std::int64_t> rows;
  const auto take = [&](const Statement& row) {
    const auto all = row.integer(3);
    const auto tested = static_cast<std::int64_t>(value::unpacked(row.blob(2)).size());
    rows[row.integer(0)] = all > 0 ? all - tested : static_cast<std::int64_t>(value::unpacked(row.blob(1)).size());
  };
  each(db,
       "SELECT t.id, f.train, f.test, f.count FROM json_each(?1) AS w CROSS JOIN trial AS t ON t.id = w.value "
       "JOIN fold_rows AS f ON f.id = t.rows",
       take, store::json_array(calls));
  return rows;
}

}  // namespace

Table about_models(const Snapshot& snapshot, const Ids& models, const std::vector<std::string>& names,
                   const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::string> all{"ref", "type", "name"};
  all.insert(all.end(), names.begin(), names.end());
  std::vector<std::vector<Cell>> filled;
  const std::vector<Node> nodes = store::NodeReader(snapshot.db).read(models);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto cell = [](const std::optional<std::string>& text) { return text ? Cell(*text) : Cell(); };
    std::vector<Cell>& row = filled.emplace_back();
    row = {nodes[i].ref, cell(nodes[i].type), cell(nodes[i].name)};
    row.insert(row.end(), rows[i].begin(), rows[i].end());
  }
  return table_of(all, filled);
}

Table training_rows(const Snapshot& snapshot, const Ids& models) {
  const auto fits = fits_of(snapshot, models);
  Ids data;
  Ids calls;
  for (const auto& [model, fit] : fits) {
    if (fit.X) data.push_back(*fit.X);
    calls.push_back(fit.call);
  }
  const auto shapes = shapes_of(snapshot.db, data);
  const auto folds = rows_of_trials(snapshot.db, calls);
  store::NodeReader reader(snapshot.db);
  std::vector<std::vector<Cell>> rows;
  for (const std::int64_t model : models) {
    std::vector<Cell>& row = rows.emplace_back(3);
    const auto fit = fits.find(model);
    if (fit == fits.end() || !fit->second.X) continue;
    const std::int64_t X = *fit->second.X;
    if (const auto shape = shapes.find(X); shape != shapes.end()) row[0] = shape->second.rows;
    if (const auto fold = folds.find(fit->second.call); fold != folds.end()) row[0] = fold->second;
    row[1] = reader.refs({&X, 1}).front();
    if (fit->second.from) row[2] = reader.refs({&*fit->second.from, 1}).front();
  }
  return about_models(snapshot, models, {"rows", "data", "went_on_from"}, rows);
}

}  // namespace mltrack::ask
