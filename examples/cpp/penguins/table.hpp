#pragma once

#include <dlib/matrix.h>

#include <string>
#include <string_view>
#include <vector>

#include <mltrack/dataset.hpp>

/// Bill length, bill depth, flipper length and body mass of one penguin; NaN where it was not measured.
using Sample = dlib::matrix<double, 4, 1>;

/// Penguins and their species. The species are views into the text the table was read from.
struct Table {
  std::vector<Sample> features;
  std::vector<std::string_view> species;
};

/// The whole of a file. Throws std::runtime_error that names it when it cannot be read.
std::string read_text(const std::string& path);

/// The penguins in the text of penguins.csv. Throws std::runtime_error for another header or a value that is no number.
Table parse_table(std::string_view text);

/// The penguins with all four measurements.
Table complete_rows(const Table& table);

/// Views on the caller's memory, for mltrack to digest: nothing is copied.
std::vector<mltrack::ColumnView> columns_of(const std::vector<Sample>& features);
mltrack::ColumnView column_of(const std::vector<std::string_view>& species);
std::vector<mltrack::ColumnView> columns_of(const Table& table);
