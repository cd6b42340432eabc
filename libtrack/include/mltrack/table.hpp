#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mltrack/value.hpp>

namespace mltrack {

/// A cell of a table. Absent is std::monostate.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// A parameter as a cell: what has no cell of its own type is its text.
Cell cell_of(const Value& value);

/// A column of a table: values of one type, in one vector. The others are empty. Where `missing` says so there is no
/// value, only a place for it.
struct TableColumn {
  enum class Type : std::uint8_t { boolean, integer, number, text, time };

  std::string name;
  Type type = Type::text;
  std::vector<std::int64_t> integers{};  ///< of boolean (0 and 1), integer, and time (microseconds since 1970, UTC)
  std::vector<double> numbers{};
  std::vector<std::string> texts{};
  std::vector<bool> missing{};  ///< one for each row

  std::size_t rows() const noexcept { return missing.size(); }
  Cell cell(std::size_t row) const;
};

/// An answer in rows and columns, plain data independent of the store. Columns have different names and the same number
/// of rows; the order of both is part of the answer.
struct Table {
  std::vector<TableColumn> columns{};
  std::vector<std::string> notes{};   ///< what the reader should know: a cut, what could not be told
  std::optional<std::string> next{};  ///< of a listing that the limit cut: where to go on; see Select::after

  std::size_t rows() const noexcept { return columns.empty() ? 0 : columns.front().rows(); }
};

/// The word for a type: bool, int, float, str, time.
const char* to_string(TableColumn::Type type) noexcept;

/// A cell as people read it: True, 2, 0.5, rbf, 2026-11-01T12:30:00.000000Z; empty where there is nothing.
std::string cell_text(const TableColumn& column, std::size_t row);

/// A table from rows of cells, one for each name. A column's type is that of its cells: integers beside other numbers
/// are numbers, and anything beside texts is text.
Table table_of(const std::vector<std::string>& names, const std::vector<std::vector<Cell>>& rows);

}  // namespace mltrack
