#include "ask/side_by_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include <mltrack/error.hpp>

#include "ask/importances.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

namespace {

/// Cells by name, of one of the things that stand side by side.
using Facts = std::vector<std::pair<std::string, Cell>>;

Ids distinct(Ids ids) {
  Ids out;
  for (const std::int64_t id : ids)
    if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  if (out.size() < 2)
    throw Error(ErrorCode::invalid_argument, fmt::format("{} to compare; expected two or more different ones",
                                                         out.empty() ? "nothing" : "only one"));
  return out;
}

Ids models_named(const Snapshot& snapshot, const std::vector<Reference>& refs) {
  return distinct(chosen_models(snapshot, {}, refs));
}

bool is_nan(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  return number && std::isnan(*number);
}

bool same(const Cell& a, const Cell& b) { return a == b || (is_nan(a) && is_nan(b)); }

/// Rows in the order in which names first appear.
Table table_from(const std::string& heading, const std::vector<std::string>& columns, const std::vector<Facts>& facts,
                 bool only_differences) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Cell>> cells;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    for (const auto& [name, cell] : facts[i]) {
      auto& row = cells[name];
      if (row.empty()) names.push_back(name);
      row.resize(facts.size());
      row[i] = cell;
    }
  }
  std::vector<std::vector<Cell>> rows;
  for (const std::string& name : names) {
    const std::vector<Cell>& row = cells[name];
    const bool differs =
        std::any_of(row.begin(), row.end(), [&](const Cell& cell) { return !same(cell, row.front()); });
    if (only_differences && !differs) continue;
    rows.push_back({name});
    rows.back().insert(rows.back().end(), row.begin(), row.end());
  }
  std::vector<std::string> headings{heading};
  headings.insert(headings.end(), columns.begin(), columns.end());
  return table_of(headings, rows);
}

/// What log_param gave to a run, and what the one model that it made was made with.
Params params_of(const Snapshot& snapshot, store::NodeReader& reader, const Reference& reference, std::int64_t node) {
  const Node here = reader.read_one(node);
  Params params = here.params;
  if (here.kind != Kind::run) return params;
  const Ids made = chosen_models(snapshot, {}, {reference});
  if (made.size() == 1) params.merge(reader.read_one(made.front()).params);
  return params;
}

/// A parameter as a cell. None is a value, which a model that has no such parameter does not have.
Cell shown(const Value& value) { return value.type() == Value::Type::none ? Cell("None") : cell_of(value); }

}  // namespace

Table params_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs, bool only_differences) {
  store::NodeReader reader(snapshot.db);
  Ids nodes;
  std::map<std::int64_t, Facts> facts;
  for (const Reference& reference : refs) {
    const std::int64_t node = resolve(snapshot, reference).node;
    nodes.push_back(node);
    facts[node].clear();
    for (const auto& [name, value] : params_of(snapshot, reader, reference, node))
      facts[node].emplace_back(name, shown(value));
  }
  nodes = distinct(nodes);
  std::vector<Facts> in_order;
  for (const std::int64_t node : nodes) in_order.push_back(facts[node]);
  return table_from("param", reader.refs(nodes), in_order, only_differences);
}

Table features_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs, bool only_differences) {
  const Ids models = models_named(snapshot, refs);
  std::vector<Facts> facts;
  for (const std::int64_t model : models) {
    Facts& mine = facts.emplace_back();
    for (const std::string& name : columns_taken(snapshot, model)) mine.emplace_back(name, true);
  }
  return table_from("feature", store::NodeReader(snapshot.db).refs(models), facts, only_differences);
}

Table importances_side_by_side(const Snapshot& snapshot, const std::vector<Reference>& refs) {
  const Ids models = models_named(snapshot, refs);
  const std::vector<std::string> names = store::NodeReader(snapshot.db).refs(models);
  std::vector<Facts> facts(models.size());
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::vector<Importances> all = importances_of(snapshot, models[i]);
    notes.push_back(names[i] + ": " + (all.empty() ? "says nothing of importances" : all.front().measure));
    for (std::size_t k = 0; !all.empty() && k < all.front().values.size(); ++k)
      facts[i].emplace_back(all.front().names[k], all.front().values[k]);
  }
  Table table = table_from("feature", names, facts, false);
  table.notes = std::move(notes);
  return table;
}

}  // namespace mltrack::ask
