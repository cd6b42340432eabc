#include "table.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace {

constexpr std::string_view header =
    "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year";
constexpr std::array<const char*, 4> measures{"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"};
constexpr std::size_t first_measure = 2;

/// Cuts the piece before the separator off the front of `rest`.
std::string_view next_piece(std::string_view& rest, char separator) {
  const std::string_view piece = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
  return piece;
}

double number(std::string_view field) {
  if (field == "NA") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size())
    throw std::runtime_error("expected a number or NA, found '" + std::string(field) + "'");
  return value;
}

}  // namespace

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) throw std::runtime_error("cannot read '" + path + "'");
  return text.str();
}

Table parse_table(std::string_view text) {
  if (next_piece(text, '\n') != header)
    throw std::runtime_error("the first line should be '" + std::string(header) + "'");
  Table table;
  while (!text.empty()) {
    std::string_view line = next_piece(text, '\n');
    std::array<std::string_view, 8> fields;
    for (std::string_view& field : fields) field = next_piece(line, ',');
    Sample sample;
    for (std::size_t i = 0; i < measures.size(); ++i) sample(static_cast<long>(i)) = number(fields[first_measure + i]);
    table.features.push_back(sample);
    table.species.push_back(fields[0]);
  }
  return table;
}

Table complete_rows(const Table& table) {
  Table complete;
  for (std::size_t i = 0; i < table.features.size(); ++i) {
    if (std::isnan(dlib::sum(table.features[i]))) continue;
    complete.features.push_back(table.features[i]);
    complete.species.push_back(table.species[i]);
  }
  return complete;
}

std::vector<mltrack::ColumnView> columns_of(const std::vector<Sample>& features) {
  std::vector<mltrack::ColumnView> columns;
  for (std::size_t i = 0; i < measures.size() && !features.empty(); ++i)
    columns.push_back({.values = mltrack::Numbers{.data = &features.front()(static_cast<long>(i)),
                                                  .rows = features.size(),
                                                  .stride_bytes = sizeof(Sample)},
                       .name = measures[i]});
  return columns;
}

mltrack::ColumnView column_of(const std::vector<std::string_view>& species) {
  return {.values = mltrack::Texts{.values = species}, .name = "species"};
}

std::vector<mltrack::ColumnView> columns_of(const Table& table) {
  std::vector<mltrack::ColumnView> columns = columns_of(table.features);
  columns.insert(columns.begin(), column_of(table.species));
  return columns;
}
