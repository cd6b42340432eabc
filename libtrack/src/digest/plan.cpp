#include "digest/plan.hpp"

#include <fmt/format.h>
#include <cstdlib>

#include <mltrack/error.hpp>

#include "digest/columns.hpp"

namespace mltrack {
namespace {

// True when a column lies within a row's length of the one before it.
bool is_beside(const Numbers& panel, const void* last, const Numbers& next) {
  const std::ptrdiff_t distance = static_cast<const char*>(next.data) - static_cast<const char*>(last);
  const bool same = panel.scalar == next.scalar && panel.stride_bytes == next.stride_bytes;
  const bool packed = std::abs(next.stride_bytes) <= static_cast<std::ptrdiff_t>(size_of(next.scalar));
  return same && !packed && panel.missing == nullptr && next.missing == nullptr &&
         std::abs(distance) < std::abs(next.stride_bytes);
}

class Planner {
 public:
  explicit Planner(std::size_t widest) : widest_(widest) {}

  void add(const Numbers& numbers) {
    const std::size_t position = plan_.numbers.size();
    Task* last = plan_.tasks.empty() ? nullptr : &plan_.tasks.back();
    if (last != nullptr && last->other == nullptr && last->count < widest_ &&
        is_beside(last->numbers, plan_.numbers.back(), numbers)) {
      ++last->count;
    } else {
      plan_.tasks.push_back({.first = position, .numbers = numbers});
    }
    plan_.numbers.push_back(numbers.data);
  }

  void add(const Matrix& matrix) {
    const auto size = static_cast<std::ptrdiff_t>(size_of(matrix.scalar));
    const bool packed = matrix.row_stride_bytes == 0 && matrix.column_stride_bytes == 0;
    const std::ptrdiff_t across = packed ? size : matrix.column_stride_bytes;
    const std::ptrdiff_t down = packed ? size * static_cast<std::ptrdiff_t>(matrix.columns) : matrix.row_stride_bytes;
    const auto* from = static_cast<const char*>(matrix.data);
    for (std::size_t c = 0; c < matrix.columns; ++c, from += across) {
      add(Numbers{.data = from, .rows = matrix.rows, .scalar = matrix.scalar, .stride_bytes = down});
    }
  }

  void add(const ColumnView& column) {
    if (const Numbers* given = std::get_if<Numbers>(&column.values); given != nullptr && column.more.empty()) {
      Numbers numbers = *given;
      if (numbers.stride_bytes == 0) numbers.stride_bytes = static_cast<std::ptrdiff_t>(size_of(numbers.scalar));
      add(numbers);
    } else {
      plan_.tasks.push_back({.first = plan_.numbers.size(), .other = &column});
      plan_.numbers.push_back(nullptr);
    }
  }

  Plan finish(std::size_t rows) {
    plan_.rows = rows;
    return std::move(plan_);
  }

 private:
  std::size_t widest_;
  Plan plan_;
};

std::size_t rows_of(const ColumnView& column) noexcept {
  std::size_t rows = std::visit(RowCount{}, column.values);
  for (const ColumnView::Values& piece : column.more) rows += std::visit(RowCount{}, piece);
  return rows;
}

bool is_like(const ColumnView::Values& first, const ColumnView::Values& piece) noexcept {
  if (first.index() != piece.index() || std::holds_alternative<Mixed>(first)) return false;
  const Numbers* numbers = std::get_if<Numbers>(&first);
  return numbers == nullptr || numbers->scalar == std::get<Numbers>(piece).scalar;
}

void require_rows(const ColumnView& column, std::size_t position, std::size_t rows) {
  const std::string name =
      column.name ? fmt::format("column {} ('{}')", position, *column.name) : fmt::format("column {}", position);
  for (const ColumnView::Values& piece : column.more) {
    if (is_like(column.values, piece)) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} has pieces of different kinds; pass numbers of one type, times or texts", name));
  }
  const std::size_t found = rows_of(column);
  if (found == rows) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} has {} rows where the dataset has {}; pass columns of equal length", name, found, rows));
}

}  // namespace

std::size_t count_columns(const DatasetView& data) noexcept {
  return data.columns.size() + (data.matrix ? data.matrix->columns : 0);
}

std::size_t count_rows(const DatasetView& data) noexcept {
  if (data.matrix) return data.matrix->rows;
  return data.columns.empty() ? 0 : rows_of(data.columns.front());
}

Plan make_plan(const DatasetView& data, std::size_t widest) {
  Planner planner(widest);
  const std::size_t rows = count_rows(data);
  if (data.matrix) planner.add(*data.matrix);
  std::size_t position = data.matrix ? data.matrix->columns : 0;
  for (const ColumnView& column : data.columns) {
    require_rows(column, position++, rows);
    planner.add(column);
  }
  return planner.finish(rows);
}

}  // namespace mltrack
