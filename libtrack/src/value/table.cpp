#include <mltrack/json.hpp>
#include <mltrack/table.hpp>

#include "value/json_text.hpp"

namespace mltrack {
namespace {

using Type = TableColumn::Type;

/// The order of `Cell`'s alternatives that hold something.
enum : std::size_t { nothing, truth, whole, real, words };

Type type_of(const std::vector<std::vector<Cell>>& rows, std::size_t column) {
  bool seen[5] = {};
  for (const auto& row : rows) seen[row[column].index()] = true;
  const bool numbers = seen[whole] || seen[real];
  if (seen[words] || (seen[truth] && numbers)) return Type::text;
  if (seen[real]) return Type::number;
  if (seen[whole]) return Type::integer;
  return seen[truth] ? Type::boolean : Type::text;
}

struct Text {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return value::float_text(value); }
  std::string operator()(const std::string& value) const { return value; }
};

double as_number(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  const auto* number = std::get_if<double>(&cell);
  return number ? *number : 0;
}

std::int64_t as_integer(const Cell& cell) {
  if (const auto* boolean = std::get_if<bool>(&cell)) return *boolean;
  const auto* integer = std::get_if<std::int64_t>(&cell);
  return integer ? *integer : 0;
}

void add(TableColumn& column, const Cell& cell) {
  column.missing.push_back(cell.index() == nothing);
  switch (column.type) {
    case Type::number:
      return column.numbers.push_back(as_number(cell));
    case Type::text:
      return column.texts.push_back(std::visit(Text{}, cell));
    default:
      return column.integers.push_back(as_integer(cell));
  }
}

}  // namespace

Cell cell_of(const Value& value) {
  switch (value.type()) {
    case Value::Type::none:
      return {};
    case Value::Type::boolean:
      return std::get<bool>(value.data());
    case Value::Type::integer:
      if (const auto* small = std::get_if<std::int64_t>(&value.data())) return *small;
      return value.str();
    case Value::Type::real:
      return std::get<double>(value.data());
    default:
      return value.str();
  }
}

Cell TableColumn::cell(std::size_t row) const {
  if (missing[row]) return {};
  switch (type) {
    case Type::boolean:
      return integers[row] != 0;
    case Type::integer:
    case Type::time:
      return integers[row];
    case Type::number:
      return numbers[row];
    case Type::text:
      break;
  }
  return texts[row];
}

const char* to_string(TableColumn::Type type) noexcept {
  constexpr const char* words[] = {"bool", "int", "float", "str", "time"};
  return words[static_cast<std::size_t>(type)];
}

std::string cell_text(const TableColumn& column, std::size_t row) {
  if (column.type == Type::time && !column.missing[row]) return iso_time(column.integers[row]);
  return std::visit(Text{}, column.cell(row));
}

Table table_of(const std::vector<std::string>& names, const std::vector<std::vector<Cell>>& rows) {
  Table table;
  for (std::size_t i = 0; i < names.size(); ++i) {
    TableColumn column{.name = names[i], .type = type_of(rows, i)};
    for (const auto& row : rows) add(column, row[i]);
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace mltrack
