#include <algorithm>
#include <optional>

#include "ask/training.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

namespace {

/// The models and, behind each, what it is made of: where a pipeline iterates, it is a step that does.
void with_parts(const Snapshot& snapshot, std::int64_t model, Ids& all) {
  if (std::find(all.begin(), all.end(), model) != all.end()) return;
  all.push_back(model);
  for (const auto& [slot, part] : parts_of(snapshot, model)) with_parts(snapshot, part, all);
}

std::optional<std::int64_t> whole(const Params& params, const char* name) {
  const auto found = params.find(name);
  const auto* value = found == params.end() ? nullptr : std::get_if<std::int64_t>(&found->second.data());
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<double> metric(const Node& model, const char* name) {
  for (const auto& [known, value] : latest_metrics(model))
    if (known == name) return value;
  return std::nullopt;
}

/// How many points the series of the loss has.
std::int64_t losses(sqlite::Connection& db, std::int64_t model) {
  return db
      .integer(
          "SELECT max(m.points) FROM metric AS m JOIN name AS n ON n.id = m.name "
          "WHERE m.subject = ?1 AND n.text = 'loss'",
          model)
      .value_or(0);
}

}  // namespace

Table convergence(const Snapshot& snapshot, const Ids& models) {
  Ids all;
  for (const std::int64_t model : models) with_parts(snapshot, model, all);
  store::NodeReader reader(snapshot.db);
  Ids iterating;
  std::vector<std::vector<Cell>> rows;
  for (const std::int64_t id : all) {
    const Node model = reader.read_one(id);
    const std::optional<double> told = metric(model, "n_iter");
    const std::int64_t course = losses(snapshot.db, id);
    if (!told && course < 2) continue;
    const std::int64_t iterations = told ? static_cast<std::int64_t>(*told) : course;
    std::vector<Cell>& row = rows.emplace_back(4);
    row[0] = iterations;
    const auto allowed = whole(model.params, "max_iter");
    const bool bounded = allowed && *allowed > 0;
    if (bounded) row[1] = *allowed;
    if (told && allowed) row[2] = !bounded || iterations < *allowed;
    if (const auto loss = metric(model, "loss")) row[3] = *loss;
    iterating.push_back(id);
  }
  return about_models(snapshot, iterating, {"iterations", "allowed", "converged", "loss"}, rows);
}

}  // namespace mltrack::ask
