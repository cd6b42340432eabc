#include "ask/fitted.hpp"

#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

std::vector<std::string> names_of(sqlite::Connection& db, store::NodeReader& reader, std::optional<std::int64_t> list) {
  std::vector<std::string> names;
  each(
      db, "SELECT name FROM feature WHERE list = ?1 ORDER BY pos",
      [&](const Statement& row) { names.push_back(reader.name(row.integer(0))); }, list);
  return names;
}

std::vector<std::string> steps_of(sqlite::Connection& db, std::optional<std::int64_t> through) {
  std::vector<std::string> steps;
  each(
      db, "SELECT j.value FROM name AS n, json_each(n.text) AS j WHERE n.id = ?1 ORDER BY j.key",
      [&](const Statement& row) { steps.emplace_back(row.text(0)); }, through);
  return steps;
}

std::vector<FeatureSource> sources_of(sqlite::Connection& db, std::int64_t model) {
  std::vector<FeatureSource> sources;
  std::vector<std::optional<std::int64_t>> ways;
  each(
      db, "SELECT out_pos, outs, in_pos, ins, one_to_one, through FROM feature_source WHERE model = ?1 ORDER BY nth",
      [&](const Statement& row) {
        sources.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4) == 1, {}});
        ways.push_back(row.maybe_integer(5));
      },
      model);
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (ways[i]) sources[i].through = steps_of(db, ways[i]);
  return sources;
}

Value item(const Statement& row) {
  const std::string_view type = row.text(0);
  if (type == "null") return {};
  if (type == "true" || type == "false") return type == "true";
  if (type == "integer") return row.integer(1);
  if (type == "real") return row.real(1);
  return row.text(1);
}

std::vector<FittedValue> values_of(sqlite::Connection& db, store::NodeReader& reader, std::int64_t model) {
  std::vector<FittedValue> values;
  std::vector<std::int64_t> names;
  const auto take = [&](const Statement& row) {
    names.push_back(row.integer(0));
    FittedValue& value = values.emplace_back();
    if (row.integer(1) == 1) value.values.emplace();
  };
  each(db, "SELECT name, items IS NOT NULL FROM fitted WHERE model = ?1 ORDER BY name", take, model);
  for (std::size_t i = 0; i < values.size(); ++i) {
    FittedValue& value = values[i];
    value.name = reader.name(names[i]);
    each(
        db,
        "SELECT j.value FROM fitted AS f, json_each(f.shape) AS j WHERE f.model = ?1 AND f.name = ?2 ORDER BY j.key",
        [&](const Statement& row) { value.shape.push_back(row.integer(0)); }, model, names[i]);
    each(
        db,
        "SELECT j.type, j.atom FROM fitted AS f, json_each(f.items) AS j WHERE f.model = ?1 AND f.name = ?2 "
        "ORDER BY j.key",
        [&](const Statement& row) { value.values->push_back(item(row)); }, model, names[i]);
  }
  return values;
}

}  // namespace

std::optional<Features> features_of(const Snapshot& snapshot, store::NodeReader& reader, std::int64_t model,
                                    bool named) {
  sqlite::Connection& db = snapshot.db;
  std::optional<Features> features;
  std::optional<std::int64_t> in;
  std::optional<std::int64_t> out;
  const auto take = [&](const Statement& row) {
    features.emplace();
    features->taken = row.maybe_integer(0);
    features->made = row.maybe_integer(1);
    in = row.maybe_integer(2);
    out = row.maybe_integer(3);
    features->assumed = row.integer(4) == 1;
    if (!row.null(5)) features->after = {row.uid(5), row.integer(6)};
  };
  each(db,
       "SELECT f.taken, f.made, f.names_in, f.names_out, f.assumed, r.uid, n.seq FROM features AS f "
       "LEFT JOIN node AS n ON n.id = f.after LEFT JOIN run AS r ON r.id = n.run WHERE f.model = ?1",
       take, model);
  if (!features) return features;
  if (named) {
    features->names_in = names_of(db, reader, in);
    features->names_out = names_of(db, reader, out);
  }
  features->sources = sources_of(db, model);
  return features;
}

Fitted fitted_of(const Snapshot& snapshot, const Reference& reference) {
  return fitted_of_model(snapshot, resolve(snapshot, reference).node);
}

Fitted fitted_of_model(const Snapshot& snapshot, std::int64_t model) {
  store::NodeReader reader(snapshot.db);
  Fitted fitted;
  fitted.features = features_of(snapshot, reader, model, true);
  fitted.values = values_of(snapshot.db, reader, model);
  return fitted;
}

}  // namespace mltrack::ask
