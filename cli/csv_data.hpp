#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/dataset.hpp>

namespace mltrack::cli {

/// A file of comma-separated values with a line of headings (RFC 4180), read into memory. Its columns are integers
/// where all of their cells are, else numbers where all are or are empty, else texts.
class CsvData {
 public:
  /// Throws Error(io) for a file that cannot be read and Error(invalid_argument) for lines of different lengths.
  explicit CsvData(const std::string& path);

  /// A column by its heading, which lives as long as this. Throws Error(invalid_argument) that lists the headings.
  ColumnView column(const std::string& name);

 private:
  std::string path_;
  std::vector<std::string> headings_;
  std::map<std::string, std::vector<std::string>> cells_;
  std::list<std::vector<std::int64_t>> integers_;
  std::list<std::vector<double>> numbers_;
  std::list<std::vector<std::string_view>> texts_;
};

}  // namespace mltrack::cli
