#include "ask/importances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <mltrack/error.hpp>

#include "ask/fitted.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

const FittedValue* value_named(const Fitted& fitted, const char* name) {
  const auto found = std::find_if(fitted.values.begin(), fitted.values.end(),
                                  [&](const FittedValue& value) { return value.name == name && value.values; });
  return found == fitted.values.end() ? nullptr : &*found;
}

double number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.data())) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&value.data());
  return real ? *real : std::nan("");
}

std::vector<double> numbers(const FittedValue& value) {
  std::vector<double> out;
  for (const Value& item : *value.values) out.push_back(number(item));
  return out;
}

std::vector<std::string> names_of_data(const Snapshot& snapshot, std::int64_t dataset) {
  std::vector<std::string> names;
  std::int64_t width = 0;
  each(
      snapshot.db,
      "SELECT name.text, d.columns FROM node AS n JOIN dataset AS d ON d.content = n.content "
      "LEFT JOIN column AS c ON c.content = n.content LEFT JOIN name ON name.id = c.name WHERE n.id = ?1 "
      "ORDER BY c.pos",
      [&](const Statement& row) {
        width = row.integer(1);
        names.push_back(row.null(0) ? fmt::format("[{}]", names.size()) : std::string(row.text(0)));
      },
      dataset);
  if (static_cast<std::int64_t>(names.size()) < width) names.clear();  // too many columns to have rows of their own
  for (std::int64_t i = static_cast<std::int64_t>(names.size()); i < width; ++i)
    names.push_back(fmt::format("[{}]", i));
  return names;
}

/// Of coefficients, row by row: one row as it is, of several the mean of what is absolute; times the deviations.
Importances of_coefficients(const FittedValue& coef, const FittedValue* deviations) {
  const std::vector<double> all = numbers(coef);
  const std::size_t width = coef.shape.empty() ? 1 : static_cast<std::size_t>(coef.shape.back());
  const std::size_t rows = width == 0 ? 0 : all.size() / width;
  Importances out{.measure = rows > 1 ? "mean |coefficient|" : "coefficient", .names = {}, .values = {}};
  for (std::size_t i = 0; i < width; ++i) {
    double sum = 0;
    for (std::size_t row = 0; row < rows; ++row) sum += rows > 1 ? std::abs(all[row * width + i]) : all[i];
    out.values.push_back(sum / static_cast<double>(std::max<std::size_t>(rows, 1)));
  }
  if (!deviations || deviations->values->size() != width) return out;
  out.measure += " x std";
  const std::vector<double> scale = numbers(*deviations);
  for (std::size_t i = 0; i < width; ++i) out.values[i] *= scale[i];
  return out;
}

/// The permutation importances that were measured of a model, the last ones.
Importances of_permutations(const Snapshot& snapshot, std::int64_t model) {
  Importances out{.measure = "permutation", .names = {}, .values = {}};
  sqlite::Connection& db = snapshot.db;
  const auto call = db.integer(
      "SELECT max(c.id) FROM edge AS e JOIN call AS c ON c.id = e.dst JOIN name AS o ON o.id = c.op "
      "WHERE e.src = ?1 AND o.text = 'permutation_importance'",
      model);
  if (!call) return out;
  std::map<std::int64_t, double> values;
  each(
      db,
      "SELECT p.step, p.value FROM edge AS e JOIN name AS s ON s.id = e.slot AND s.text = 'importances' "
      "JOIN metric AS m ON m.subject = e.dst JOIN name AS n ON n.id = m.name AND n.text = 'importance' "
      "JOIN point AS p ON p.metric = m.id WHERE e.src = ?1 ORDER BY p.step, p.nth",
      [&](const Statement& row) { values[row.integer(0)] = row.real(1); }, *call);
  const auto data = db.integer(
      "SELECT e.src FROM edge AS e JOIN name AS s ON s.id = e.slot WHERE e.dst = ?1 AND s.text = 'X'", *call);
  if (data) out.names = names_of_data(snapshot, *data);
  for (const auto& [step, value] : values) out.values.push_back(value);
  return out;
}

/// Values that have no name of their own get a number.
void complete(Importances& found) {
  if (found.names.size() != found.values.size()) found.names.clear();
  for (std::size_t i = found.names.size(); i < found.values.size(); ++i) found.names.push_back(fmt::format("[{}]", i));
}

}  // namespace

std::int64_t deciding_part(const Snapshot& snapshot, std::int64_t model) {
  const std::string type =
      snapshot.db.text("SELECT t.text FROM node AS n JOIN name AS t ON t.id = n.type WHERE n.id = ?1", model)
          .value_or("");
  const bool chains = type.ends_with(".Pipeline");
  const auto parts = parts_of(snapshot, model);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    if (part->first == "best" || part->first == "same" || (chains && part->first.starts_with("step:")))
      return deciding_part(snapshot, part->second);
  return model;
}

std::vector<std::string> columns_taken(const Snapshot& snapshot, std::int64_t model) {
  store::NodeReader reader(snapshot.db);
  if (const auto features = features_of(snapshot, reader, model, true); features && !features->names_in.empty())
    return features->names_in;
  const auto fits = fits_of(snapshot, {model});
  const auto fit = fits.find(model);
  return fit == fits.end() || !fit->second.X ? std::vector<std::string>() : names_of_data(snapshot, *fit->second.X);
}

std::vector<Importances> importances_of(const Snapshot& snapshot, std::int64_t model) {
  const std::int64_t decides = deciding_part(snapshot, model);
  const Fitted fitted = fitted_of_model(snapshot, decides);
  std::vector<Importances> found;
  if (const auto* own = value_named(fitted, "feature_importances_"))
    found.push_back({.measure = "importance", .names = {}, .values = numbers(*own)});
  else if (const auto* coef = value_named(fitted, "coef_"))
    found.push_back(of_coefficients(*coef, value_named(fitted, "column_std")));
  if (!found.empty()) found.front().names = columns_taken(snapshot, decides);
  if (Importances permuted = of_permutations(snapshot, model); !permuted.values.empty())
    found.push_back(std::move(permuted));
  for (Importances& one : found) complete(one);
  return found;
}

Table importances(const Snapshot& snapshot, const Reference& reference) {
  const std::vector<Importances> all = importances_of(snapshot, one_model(snapshot, reference));
  if (all.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("{} says nothing of importances: it has neither coefficients nor importances that were "
                            "kept, and no permutation_importance of it was recorded",
                            value::quoted(reference.text)));
  std::vector<std::vector<Cell>> rows;
  for (const Importances& one : all) {
    std::vector<std::size_t> order(one.values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return std::abs(one.values[a]) > std::abs(one.values[b]); });
    for (const std::size_t i : order) rows.push_back({one.names[i], one.values[i], one.measure});
  }
  return table_of({"feature", "importance", "measure"}, rows);
}

}  // namespace mltrack::ask
