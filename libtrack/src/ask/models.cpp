#include "ask/models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include <mltrack/error.hpp>

#include "ask/inflows.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::schema {
extern const std::string_view sql_read_fits;
}

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

/// The models of a run out of which no other model was made.
Ids results_of(const Snapshot& snapshot, std::int64_t run) {
  Ids models;
  each(
      snapshot.db,
      "SELECT n.id FROM node AS n WHERE n.run IN (SELECT r.id FROM run AS r JOIN run AS whole ON whole.id = ?1 "
      "WHERE r.id = whole.id OR r.part_of = whole.uid) AND n.kind = 'model' AND NOT EXISTS (SELECT 1 FROM edge AS e "
      "JOIN node AS m ON m.id = e.dst WHERE e.src = n.id AND m.kind = 'model') ORDER BY n.id",
      [&](const Statement& row) { models.push_back(row.integer(0)); }, run);
  return models;
}

Ids named_models(const Snapshot& snapshot, const Reference& reference) {
  const Target target = resolve(snapshot, reference);
  if (target.kind == Kind::model) return {target.node};
  if (target.kind == Kind::run) return results_of(snapshot, target.node);
  throw Error(ErrorCode::invalid_argument, fmt::format("{} is a {}; expected a model, or a run for the models it made",
                                                       value::quoted(reference.text), to_string(target.kind)));
}

}  // namespace

Choice choice_of(const Models& models) {
  if (models.where.empty() && !models.refs.empty()) return {};
  return {parse_listing(Kind::model, {.where = models.where})};
}

Ids chosen_models(const Snapshot& snapshot, const Choice& choice, const std::vector<Reference>& named) {
  Ids all;
  for (const Reference& reference : named) {
    const Ids models = named_models(snapshot, reference);
    all.insert(all.end(), models.begin(), models.end());
  }
  if (choice.where) {
    const Ids others = select_ids(snapshot, *choice.where);
    all.insert(all.end(), others.begin(), others.end());
  }
  std::unordered_set<std::int64_t> seen;
  std::erase_if(all, [&](std::int64_t id) { return !seen.insert(id).second; });
  return all;
}

std::int64_t one_model(const Snapshot& snapshot, const Reference& reference) {
  const Ids models = named_models(snapshot, reference);
  if (models.size() == 1) return models.front();
  std::string candidates;
  for (const std::string& ref : store::NodeReader(snapshot.db).refs(models)) candidates += "\n  " + ref;
  if (models.empty())
    throw Error(ErrorCode::not_found, fmt::format("the run {} made no model", value::quoted(reference.text)));
  throw Error(ErrorCode::ambiguous, fmt::format("the run {} made {} models; name one of them:{}",
                                                value::quoted(reference.text), models.size(), candidates));
}

std::unordered_map<std::int64_t, Fit> fits_of(const Snapshot& snapshot, const Ids& models) {
  std::unordered_map<std::int64_t, Fit> fits;
  std::unordered_map<std::int64_t, std::vector<Inflow>> taken;
  const auto take = [&](const Statement& row) {
    Fit& fit = fits[row.integer(0)];
    fit.call = row.integer(1);
    fit.op = row.text(2);
    if (row.null(4)) return;
    const std::string slot(row.text(3));
    const std::string kind(row.text(5));
    taken[row.integer(0)].push_back({row.integer(4), kind, slot, ""});
    if (kind == "dataset" && slot == "y") fit.y = row.integer(4);
    if (kind == "model" && slot == "model") fit.from = row.integer(4);
  };
  each(snapshot.db, schema::sql_read_fits, take, store::json_array(models));
  for (const auto& [model, in] : taken)
    if (const std::int64_t node = features_among(in); node != 0) fits[model].X = node;
  return fits;
}

std::vector<std::pair<std::string, std::int64_t>> parts_of(const Snapshot& snapshot, std::int64_t model) {
  std::vector<std::pair<std::string, std::int64_t>> parts;
  each(
      snapshot.db,
      "SELECT s.text, n.id FROM edge AS e JOIN name AS s ON s.id = e.slot JOIN node AS n ON n.id = e.src "
      "WHERE e.dst = ?1 AND n.kind = 'model' AND s.text <> 'from' ORDER BY n.id",
      [&](const Statement& row) { parts.emplace_back(std::string(row.text(0)), row.integer(1)); }, model);
  return parts;
}

}  // namespace mltrack::ask
