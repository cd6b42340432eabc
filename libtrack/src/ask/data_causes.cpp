#include <fmt/format.h>

#include "ask/causes.hpp"

namespace mltrack::ask {

namespace {

std::string counted(std::int64_t number, const std::string& thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

Cause rows_cause(const TableDifference& difference, const std::string& what) {
  const std::int64_t more = difference.rows_b - difference.rows_a;
  return {.kind = "rows",
          .name = "",
          .a = std::to_string(difference.rows_a),
          .b = std::to_string(difference.rows_b),
          .text = fmt::format("{} has {} in the first and {} in the second: {} {}.", what,
                              counted(difference.rows_a, "row"), difference.rows_b, more < 0 ? -more : more,
                              more < 0 ? "fewer" : "more")};
}

Cause column_cause(const std::string& name, std::optional<std::string> a, std::optional<std::string> b,
                   std::string text) {
  return {.kind = "columns", .name = name, .a = std::move(a), .b = std::move(b), .text = std::move(text)};
}

}  // namespace

std::string sides(const std::optional<std::string>& a, const std::optional<std::string>& b, const std::string& none) {
  return fmt::format("is {} in the first and {} in the second", a.value_or(none), b.value_or(none));
}

std::vector<Cause> shape_causes(const TableDifference& difference, const std::string& what) {
  std::vector<Cause> causes;
  if (difference.other_rows()) causes.push_back(rows_cause(difference, what));
  for (const std::string& name : difference.dropped)
    causes.push_back(column_cause(name, name, {}, fmt::format("{} lost the column {}.", what, name)));
  for (const std::string& name : difference.added)
    causes.push_back(column_cause(name, {}, name, fmt::format("{} got the column {}.", what, name)));
  for (const auto& [a, b] : difference.renamed)
    causes.push_back(column_cause(a, a, b, fmt::format("{}: the column {} was renamed to {}.", what, a, b)));
  for (const auto& [name, a, b] : difference.retyped)
    causes.push_back(column_cause(
        name, a, b, fmt::format("{}: the column {} {}.", what, name, sides("of type " + a, "of type " + b))));
  if (difference.reordered)
    causes.push_back(column_cause("", {}, {}, fmt::format("{}: the same columns stand in another order.", what)));
  if (!difference.columns_known && difference.columns_a != difference.columns_b)
    causes.push_back(column_cause("", std::to_string(difference.columns_a), std::to_string(difference.columns_b),
                                  fmt::format("{} has {} columns in the first and {} in the second.", what,
                                              difference.columns_a, difference.columns_b)));
  return causes;
}

Cause values_cause(const TableDifference& difference, const std::string& what) {
  if (difference.all_changed())
    return {.kind = "values",
            .name = "",
            .text = difference.columns_known && difference.columns_a > 1
                        ? fmt::format("{} has other values in each of its {} columns.", what, difference.columns_a)
                        : fmt::format("{} has other values.", what)};
  if (difference.changed.empty())
    return column_cause("", {}, {}, fmt::format("{} has the same values in another form.", what));
  constexpr std::size_t most_names = 10;
  std::string names;
  for (std::size_t i = 0; i < difference.changed.size() && i < most_names; ++i)
    names += (i > 0 ? ", " : "") + difference.changed[i];
  if (difference.changed.size() > most_names)
    names += fmt::format(", and {} more", difference.changed.size() - most_names);
  return {.kind = "columns",
          .name = difference.changed.size() == 1 ? difference.changed.front() : "",
          .text = fmt::format("{} has other values in {} of {}: {}.", what, difference.changed.size(),
                              counted(difference.columns_a, "column"), names)};
}

}  // namespace mltrack::ask
