#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <list>
#include <map>
#include <mltrack/dataset.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "value/hex.hpp"
#include "value/utf8.hpp"

using namespace mltrack;

// Reads the test vectors of docs/digest.md from the page itself.
namespace {

using Cells = std::vector<std::string>;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '`')) text.pop_back();
  return text.substr(std::min(text.size(), text.find_first_not_of(" `")));
}

Cells split(const std::string& text, const std::string& by) {
  Cells parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(by); end != std::string::npos; end = text.find(by, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + by.size();
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// The rows of the table below a heading row.
std::vector<Cells> table(const std::string& heading) {
  std::ifstream page(MLTRACK_SOURCE_DIR "/docs/digest.md");
  std::string line;
  while (std::getline(page, line) && line != heading) {
  }
  std::getline(page, line);
  std::vector<Cells> rows;
  while (std::getline(page, line) && line.starts_with('|')) {
    Cells cells;
    for (const std::string& cell : split(line.substr(1, line.size() - 2), "|")) cells.push_back(trimmed(cell));
    rows.push_back(cells);
  }
  return rows;
}

Cells words_of(const std::string& text) {
  std::istringstream stream(text);
  Cells words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string unquoted(const std::string& word) {
  std::string text;
  for (std::size_t i = 1; i + 1 < word.size();) {
    if (word[i] == '\\') {
      value::append_utf8(text, static_cast<std::uint32_t>(std::stoul(word.substr(i + 2, 4), nullptr, 16)));
      i += 6;
    } else {
      text += word[i++];
    }
  }
  return text;
}

std::string from_x(const std::string& word) {
  std::vector<std::uint8_t> bytes((word.size() - 1) / 2);
  REQUIRE(value::from_hex(word.substr(1), bytes));
  return {bytes.begin(), bytes.end()};
}

Value value_of(const std::string& word) {
  if (word == "missing") return nullptr;
  if (word.starts_with('"')) return unquoted(word);
  if (word.starts_with("json:")) return Value::json(unquoted(word.substr(5)));
  if (word.starts_with("class:")) return Value::class_name(unquoted(word.substr(6)));
  if (word.starts_with("opaque:")) return Value::opaque(unquoted(word.substr(7)));
  const bool is_integer = word.find_first_of(".enf") == std::string::npos;
  return is_integer ? Value::big_integer(word) : Value(std::strtod(word.c_str(), nullptr));
}

const std::map<std::string, TimeUnit> units = {
    {"D", TimeUnit::day}, {"h", TimeUnit::hour}, {"ns", TimeUnit::nano}, {"as", TimeUnit::atto}};

// One column and the memory it views.
struct Memory {
  std::vector<Value> values{};
  std::vector<std::string> texts{};
  std::vector<std::string_view> views{};
  std::vector<double> numbers{};
  std::vector<std::int64_t> ticks{};
  TimeUnit unit = TimeUnit::nano;
};

Times times_of(const std::string& kind, const Cells& words, Memory& memory) {
  for (const std::string& word : words) {
    std::size_t digits = 0;
    const bool missing = word == "missing";
    memory.ticks.push_back(missing ? std::numeric_limits<std::int64_t>::min() : std::stoll(word, &digits));
    if (!missing) memory.unit = units.at(word.substr(digits));
  }
  return {.data = memory.ticks.data(),
          .rows = memory.ticks.size(),
          .unit = memory.unit,
          .aware = kind == "instant",
          .duration = kind == "duration"};
}

Numbers complex_of(const Cells& words, Memory& memory) {
  for (const std::string& word : words) {
    const Cells parts = word == "missing" ? Cells{"nan", "nan"} : split(word.substr(1, word.size() - 2), ",");
    for (const std::string& part : parts) memory.numbers.push_back(std::stod(part));
  }
  return {.data = memory.numbers.data(), .rows = words.size(), .scalar = Scalar::complex128};
}

Texts bytes_of(const Cells& words, Memory& memory) {
  for (const std::string& word : words) memory.texts.push_back(word == "missing" ? "" : from_x(word));
  for (std::size_t i = 0; i < words.size(); ++i) {
    memory.views.push_back(words[i] == "missing" ? std::string_view() : std::string_view(memory.texts[i]));
  }
  return {.values = memory.views, .binary = true};
}

Mixed values_of(const Cells& words, Memory& memory) {
  for (const std::string& word : words) memory.values.push_back(value_of(word));
  return {.values = memory.values};
}

ColumnView column_of(const std::string& kind, const Cells& words, Memory& memory) {
  if (kind == "complex") return {.values = complex_of(words, memory)};
  if (kind == "binary") return {.values = bytes_of(words, memory)};
  if (kind == "datetime" || kind == "instant" || kind == "duration") {
    return {.values = times_of(kind, words, memory)};
  }
  return {.values = values_of(words, memory)};
}

}  // namespace

TEST_CASE("columns have the digests of docs/digest.md") {
  const std::vector<Cells> rows = table("| kind | values | digest |");
  CHECK(rows.size() >= 20);
  for (const Cells& cells : rows) {
    CAPTURE(cells[1]);
    Memory memory;
    const ColumnView column = column_of(cells[0], words_of(cells[1]), memory);
    CHECK(digest({.columns = {column}}).columns[0].digest.hex() == cells[2]);
  }
}

TEST_CASE("datasets have the digests of docs/digest.md") {
  const std::vector<Cells> rows =
      table("| columns: name, type, kind, values | shape | values digest | content digest |");
  CHECK(rows.size() >= 5);
  for (const Cells& cells : rows) {
    CAPTURE(cells[0]);
    DatasetView view;
    std::list<Memory> memory;
    for (const std::string& text : cells[0].empty() ? Cells{} : split(cells[0], "; ")) {
      const Cells words = words_of(text);
      ColumnView column = column_of(words[2], {words.begin() + 3, words.end()}, memory.emplace_back());
      if (words[0] != "-") column.name = unquoted(words[0]);
      column.type = words[1];
      view.columns.push_back(column);
    }
    for (const std::string& length : words_of(cells[1])) view.shape.push_back(std::stoll(length));
    CHECK(digest(view).values.hex() == cells[2]);
    CHECK(digest(view).content.hex() == cells[3]);
  }
}

TEST_CASE("bytes have the digests of docs/digest.md") {
  const std::vector<Cells> rows = table("| kind | bytes | digest |");
  CHECK(rows.size() >= 6);
  for (const Cells& cells : rows) {
    CAPTURE(cells[1]);
    const std::string text = from_x(cells[1]);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    CHECK((cells[0] == "file" ? sha256(bytes) : digest_bytes(cells[0], bytes)).hex() == cells[2]);
  }
}
