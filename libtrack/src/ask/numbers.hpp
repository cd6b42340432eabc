#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <mltrack/dataset.hpp>

namespace mltrack::ask {

/// A square matrix that is symmetric, row by row.
struct Symmetric {
  std::size_t size = 0;
  std::vector<long double> cells{};

  long double& at(std::size_t row, std::size_t column) { return cells[row * size + column]; }
  long double at(std::size_t row, std::size_t column) const { return cells[row * size + column]; }
};

/// The inverse of a positive definite matrix; nothing where it is singular, to within the precision of its cells.
std::optional<Symmetric> inverse(const Symmetric& matrix);

/// The numbers of a dataset, column after column. Throws Error(invalid_argument) where it holds anything else, or no
/// value somewhere.
std::vector<std::vector<double>> numbers_of(const DatasetView& data);

}  // namespace mltrack::ask
