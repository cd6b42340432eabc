#include "ask/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <mltrack/error.hpp>

#include "ask/fitted.hpp"
#include "ask/importances.hpp"
#include "ask/numbers.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quantile.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

enum class Family { least_squares, logistic };

/// A linear model as its intervals need it: the coefficients of its columns, then the intercept if it has one.
struct Linear {
  Family family = Family::least_squares;
  std::string type;
  std::vector<std::string> names;
  std::vector<double> coefficients;
  bool intercept = false;
  std::string penalty;  // what makes the intervals approximate; empty: nothing does
};

/// What the covariance of the coefficients follows from: `scale` times the inverse of `matrix`.
struct Information {
  Symmetric matrix;
  double scale = 1;
  double freedom = 0;  // 0: normal
};

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorCode::invalid_argument, why); }

std::vector<double> kept(const Fitted& fitted, std::string_view name) {
  std::vector<double> out;
  for (const FittedValue& value : fitted.values) {
    if (value.name != name || !value.values) continue;
    for (const Value& item : *value.values) {
      const auto* whole = std::get_if<std::int64_t>(&item.data());
      const auto* real = std::get_if<double>(&item.data());
      out.push_back(whole ? static_cast<double>(*whole) : real ? *real : std::nan(""));
    }
  }
  return out;
}

std::string penalty_of(const Node& model, std::string_view name) {
  if (name == "LinearRegression") return "";
  const auto param = [&](const char* key) {
    const auto found = model.params.find(key);
    return found == model.params.end() ? Value() : found->second;
  };
  const Value C = param("C");
  const auto* strength = std::get_if<double>(&C.data());
  const Value kind = param("penalty");
  const bool none = kind.type() == Value::Type::none && model.params.contains("penalty");
  if (name == "LogisticRegression" && (none || (strength && std::isinf(*strength)))) return "";
  return name == "LogisticRegression" ? fmt::format("C={}", C.str()) : fmt::format("alpha={}", param("alpha").str());
}

Linear linear_of(const Snapshot& snapshot, std::int64_t model, const Reference& reference) {
  const Node node = store::NodeReader(snapshot.db).read_one(model);
  Linear linear;
  linear.type = node.type.value_or("");
  const std::string name = linear.type.substr(linear.type.find_last_of('.') + 1);
  if (name == "LogisticRegression")
    linear.family = Family::logistic;
  else if (name != "LinearRegression" && name != "Ridge")
    refuse(fmt::format("{} is a {}; intervals are known of LinearRegression, Ridge and LogisticRegression",
                       value::quoted(reference.text), linear.type));
  const Fitted fitted = fitted_of_model(snapshot, model);
  linear.coefficients = kept(fitted, "coef_");
  linear.names = columns_taken(snapshot, model);
  const auto option = node.params.find("fit_intercept");
  const auto* fits = option == node.params.end() ? nullptr : std::get_if<bool>(&option->second.data());
  linear.intercept = !fits || *fits;
  const std::vector<double> intercept = kept(fitted, "intercept_");
  if (linear.coefficients.empty() || intercept.size() > 1)
    refuse(
        fmt::format("{} has several targets or classes, or too many coefficients to be kept; intervals are known of "
                    "one target, or two classes",
                    value::quoted(reference.text)));
  if (linear.names.size() != linear.coefficients.size()) {
    linear.names.clear();
    for (std::size_t i = 0; i < linear.coefficients.size(); ++i) linear.names.push_back(fmt::format("[{}]", i));
  }
  if (linear.intercept) {
    linear.names.emplace_back("intercept");
    linear.coefficients.push_back(intercept.empty() ? 0 : intercept.front());
  }
  linear.penalty = penalty_of(node, name);
  return linear;
}

std::optional<Information> kept_information(const Snapshot& snapshot, std::int64_t model, const Linear& linear) {
  const Fitted fitted = fitted_of_model(snapshot, model);
  const std::vector<double> cells = kept(fitted, "information");
  const std::size_t size = linear.coefficients.size();
  if (cells.empty() || cells.size() != size * size) return std::nullopt;
  Information out{.matrix = {size, {cells.begin(), cells.end()}}};
  if (linear.family == Family::logistic) return out;
  const auto variance = kept(fitted, "residual_variance");
  const auto freedom = kept(fitted, "residual_freedom");
  if (variance.empty() || freedom.empty()) return std::nullopt;
  out.scale = variance.front();
  out.freedom = freedom.front();
  return out;
}

void check_data(const Snapshot& snapshot, const DatasetDigest& digest, std::optional<std::int64_t> node,
                const char* what) {
  if (!node) refuse(fmt::format("the {} of the fit was not recorded, so that no data can be compared with it", what));
  bool same = false;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  store::each(
      snapshot.db,
      "SELECT d.values_digest, d.rows, d.columns FROM node AS n JOIN dataset AS d ON d.content = n.content "
      "WHERE n.id = ?1",
      [&](const sqlite::Statement& row) {
        same = row.digest(0) == digest.values;
        rows = row.integer(1);
        columns = row.integer(2);
      },
      *node);
  if (!same)
    refuse(fmt::format(
        "the {} given ({} x {}) is not what the model was fitted on: {} ({} x {}); values, their order "
        "and their number must be the same",
        what, digest.rows, digest.width, store::NodeReader(snapshot.db).refs({&*node, 1}).front(), rows, columns));
}

double predicted(const std::vector<std::vector<double>>& columns, const Linear& linear, std::size_t row) {
  long double sum = linear.intercept ? linear.coefficients.back() : 0;
  for (std::size_t i = 0; i < columns.size(); ++i) sum += columns[i][row] * linear.coefficients[i];
  return static_cast<double>(sum);
}

/// X'WX, with a column of ones behind the others where there is an intercept.
Symmetric weighted(const std::vector<std::vector<double>>& columns, const std::vector<double>& weights,
                   bool intercept) {
  const std::size_t size = columns.size() + (intercept ? 1 : 0);
  Symmetric out{size, std::vector<long double>(size * size)};
  const auto at = [&](std::size_t column, std::size_t row) {
    return column < columns.size() ? columns[column][row] : 1.0;
  };
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i; j < size; ++j) {
      long double sum = 0;
      for (std::size_t row = 0; row < weights.size(); ++row)
        sum += static_cast<long double>(at(i, row)) * at(j, row) * weights[row];
      out.at(i, j) = out.at(j, i) = sum;
    }
  }
  return out;
}

Information information_of(const TrainingData& data, const Linear& linear) {
  const auto columns = numbers_of(data.X);
  const std::size_t size = linear.coefficients.size();
  if (columns.size() + (linear.intercept ? 1 : 0) != size)
    refuse(fmt::format("the data has {} columns and the model {} coefficients", columns.size(), size));
  const std::size_t rows = columns.empty() ? 0 : columns.front().size();
  std::vector<double> weights(rows, 1.0);
  Information out;
  if (linear.family == Family::logistic) {
    for (std::size_t row = 0; row < rows; ++row) {
      const double chance = 1 / (1 + std::exp(-predicted(columns, linear, row)));
      weights[row] = chance * (1 - chance);
    }
  } else {
    const auto target = numbers_of(data.y);
    if (target.size() != 1) refuse("the target is not one column of numbers; give y");
    if (rows <= size) refuse(fmt::format("{} rows leave no freedom to {} coefficients", rows, size));
    long double squares = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const long double residual = target[0][row] - predicted(columns, linear, row);
      squares += residual * residual;
    }
    out.freedom = static_cast<double>(rows - size);
    out.scale = static_cast<double>(squares / static_cast<long double>(out.freedom));
  }
  out.matrix = weighted(columns, weights, linear.intercept);
  return out;
}

Table table_from(const Linear& linear, const Information& information, double level) {
  const auto covariance = inverse(information.matrix);
  if (!covariance) refuse("columns of the training data are collinear, so that there is no interval of each alone");
  const double probability = 0.5 + level / 2;
  const double quantile = information.freedom > 0 ? value::students_t_quantile(probability, information.freedom)
                                                  : value::normal_quantile(probability);
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < linear.coefficients.size(); ++i) {
    const double error = static_cast<double>(std::sqrt(covariance->at(i, i) * information.scale));
    const double estimate = linear.coefficients[i];
    rows.push_back({linear.names[i], estimate, error, estimate - quantile * error, estimate + quantile * error});
  }
  Table table = table_of({"coefficient", "estimate", "std_error", "low", "high"}, rows);
  if (!linear.penalty.empty())
    table.notes.push_back(
        fmt::format("the model was fitted with a penalty ({}), of which these intervals know nothing: "
                    "they are approximate",
                    linear.penalty));
  return table;
}

}  // namespace

Given given(const TrainingData& data) {
  const bool has_target = data.y.matrix || !data.y.columns.empty();
  return {data, digest(data.X), has_target ? std::optional(digest(data.y)) : std::nullopt};
}

Table confidence_intervals(const Snapshot& snapshot, const Reference& reference, const Given* given, double level) {
  if (!(level > 0 && level < 1)) refuse(fmt::format("a level of {} is not possible; expected 0.95 or the like", level));
  const std::int64_t model = deciding_part(snapshot, one_model(snapshot, reference));
  const Linear linear = linear_of(snapshot, model, reference);
  if (!given) {
    const auto information = kept_information(snapshot, model, linear);
    if (information) return table_from(linear, *information, level);
    refuse(
        fmt::format("the fit of {} kept nothing for intervals (autolog(inference=True) does); give the data that it "
                    "was fitted on",
                    value::quoted(reference.text)));
  }
  const auto fits = fits_of(snapshot, {model});
  const auto fit = fits.find(model);
  const Fit none;
  const Fit& took = fit == fits.end() ? none : fit->second;
  check_data(snapshot, given->X, took.X, "data");
  if (given->y) check_data(snapshot, *given->y, took.y, "target");
  return table_from(linear, information_of(given->data, linear), level);
}

}  // namespace mltrack::ask
