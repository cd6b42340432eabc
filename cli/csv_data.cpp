#include "csv_data.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <mltrack/error.hpp>

namespace mltrack::cli {
namespace {

using Record = std::vector<std::string>;

/// The records of a text: a quoted field may hold commas, quotes that are doubled, and line ends.
std::vector<Record> records_of(const std::string& text) {
  std::vector<Record> records;
  Record record{""};
  bool quoted = false;
  const auto end_record = [&] {
    if (record.size() > 1 || !record.front().empty()) records.push_back(std::move(record));
    record = {""};
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      record.back() += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      record.emplace_back();
    } else if (!quoted && c == '\n') {
      end_record();
    } else if (quoted || c != '\r') {
      record.back() += c;
    }
  }
  end_record();
  return records;
}

template <class T>
bool reads_as(const std::string& cell, T& value) {
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, value);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

CsvData::CsvData(const std::string& path) : path_(path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, path + " cannot be read; give a file of comma-separated values");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto records = records_of(text);
  if (records.empty()) throw Error(ErrorCode::invalid_argument, path + " is empty; expected a line of headings");
  headings_ = records.front();
  for (std::size_t row = 1; row < records.size(); ++row) {
    if (records[row].size() != headings_.size())
      throw Error(ErrorCode::invalid_argument, path + " has " + std::to_string(records[row].size()) +
                                                   " fields in record " + std::to_string(row + 1) + " and " +
                                                   std::to_string(headings_.size()) + " headings");
    for (std::size_t i = 0; i < headings_.size(); ++i) cells_[headings_[i]].push_back(records[row][i]);
  }
}

ColumnView CsvData::column(const std::string& name) {
  const auto found = cells_.find(name);
  if (found == cells_.end()) {
    std::string known;
    for (const auto& heading : headings_) known += (known.empty() ? "" : ", ") + heading;
    throw Error(ErrorCode::invalid_argument, path_ + " has no column " + name + "; it has " + known);
  }
  auto& integers = integers_.emplace_back();
  auto& numbers = numbers_.emplace_back();
  bool whole = true;
  bool real = true;
  for (const auto& cell : found->second) {
    std::int64_t integer = 0;
    double number = std::nan("");
    whole = whole && reads_as(cell, integer);
    real = real && (cell.empty() || reads_as(cell, number));
    integers.push_back(integer);
    numbers.push_back(number);
  }
  if (whole) return mltrack::column(name, integers);
  if (real) return mltrack::column(name, numbers);
  return mltrack::column(name, texts_.emplace_back(found->second.begin(), found->second.end()));
}

}  // namespace mltrack::cli
