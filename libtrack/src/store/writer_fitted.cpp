#include <algorithm>
#include <cmath>

#include "store/param_codec.hpp"
#include "store/writer.hpp"
#include "value/json_text.hpp"

namespace mltrack::store {
namespace {

constexpr std::size_t names_limit = 4'096;
constexpr std::size_t values_limit = 4'096;

std::string real_as_json(double number) {
  if (std::isnan(number)) return "null";
  if (std::isinf(number)) return number > 0 ? "9e999" : "-9e999";  // SQLite reads infinity
  return value::float_text(number);
}

std::string as_json(const Value& item) {
  if (item.type() == Value::Type::none) return "null";
  if (const auto* truth = std::get_if<bool>(&item.data())) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<double>(&item.data())) return real_as_json(*number);
  if (std::holds_alternative<std::int64_t>(item.data())) return item.str();
  return value::json_string(clean_text(item.str()));
}

/// The items of a range as a JSON array.
template <class Range, class Text>
std::string json_list(const Range& items, Text&& text) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += text(item);
  }
  return out + "]";
}

Digest digest_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += std::to_string(name.size()) + ":" + name;
  return digest_bytes("features", text);
}

}  // namespace

std::optional<RowId> Writer::feature_list(const std::vector<std::string>& names) {
  if (names.empty() || names.size() > names_limit) return std::nullopt;
  const Digest digest = digest_of(names);
  const auto known = connection_.integer("SELECT id FROM feature_list WHERE digest = ?", digest);
  if (known) return known;
  connection_.run("INSERT INTO feature_list (digest) VALUES (?)", digest);
  const RowId list = connection_.last_id();
  for (std::size_t pos = 0; pos < names.size(); ++pos)
    connection_.run("INSERT INTO feature (list, pos, name) VALUES (?, ?, ?)", list, pos, name(names[pos]));
  return list;
}

void Writer::features(RowId model, const Features& features) {
  connection_.run(
      "INSERT INTO features (model, taken, made, names_in, names_out, after, assumed) VALUES (?, ?, ?, ?, ?, ?, ?)",
      model, features.taken, features.made, feature_list(features.names_in), feature_list(features.names_out),
      features.after ? std::optional(find(features.after)) : std::nullopt, features.assumed);
  std::int64_t nth = 0;
  for (const FeatureSource& source : features.sources) {
    const auto through =
        source.through.empty()
            ? std::nullopt
            : std::optional(name(json_list(source.through, [](const auto& step) { return value::json_string(step); })));
    connection_.run(
        "INSERT INTO feature_source (model, nth, out_pos, outs, in_pos, ins, one_to_one, through)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        model, nth++, source.out_pos, source.outs, source.in_pos, source.ins, source.one_to_one, through);
  }
}

void Writer::fitted(RowId model, const Fitted& fitted) {
  if (fitted.features) features(model, *fitted.features);
  for (const FittedValue& found : fitted.values) {
    const bool kept = found.values && found.values->size() <= values_limit;
    const auto items = kept ? std::optional(json_list(*found.values, as_json)) : std::nullopt;
    const std::string shape = json_list(found.shape, [](std::int64_t size) { return std::to_string(size); });
    connection_.run("INSERT INTO fitted (model, name, shape, items) VALUES (?, ?, ?, ?)", model, name(found.name),
                    shape, items);
  }
  const std::int64_t at_us = now_us();
  for (const FittedSeries& series : fitted.series)
    for (std::size_t step = 0; step < series.values.size(); ++step)
      point(model, series.name, std::nullopt, std::nullopt, series.values[step], static_cast<std::int64_t>(step),
            at_us);
}

}  // namespace mltrack::store
