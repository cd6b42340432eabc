#pragma once

#include <cstddef>
#include <vector>

#include <mltrack/dataset.hpp>

namespace mltrack {

/// Rows of one piece of a column.
struct RowCount {
  std::size_t operator()(const Numbers& numbers) const noexcept { return numbers.rows; }
  std::size_t operator()(const Times& times) const noexcept { return times.rows; }
  std::size_t operator()(const Texts& texts) const noexcept { return texts.values.size(); }
  std::size_t operator()(const Mixed& mixed) const noexcept { return mixed.values.size(); }
};

/// A part of a dataset that one thread digests in one go: a panel of numeric columns, or a single other column.
struct Task {
  std::size_t first = 0;  ///< position of its first column in the dataset
  std::size_t count = 1;
  Numbers numbers{};                  ///< of a panel: what its columns share
  const ColumnView* other = nullptr;  ///< of a single column that is not numeric
};

/// How a dataset is divided. `numbers` has the start of every numeric column at its position in the dataset.
struct Plan {
  std::size_t rows = 0;
  std::vector<const void*> numbers;
  std::vector<Task> tasks;
};

/// Divides a dataset into tasks; columns that lie beside each other in memory stay together, in panels of up to
/// `widest`. Throws Error(invalid_argument) when columns differ in length.
Plan make_plan(const DatasetView& data, std::size_t widest);

/// Number of columns, and an estimate of the bytes in them.
std::size_t count_columns(const DatasetView& data) noexcept;
std::size_t count_rows(const DatasetView& data) noexcept;

}  // namespace mltrack
