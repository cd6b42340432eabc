#pragma once

#include "buffer.hpp"

namespace mltrack::python {

/// The arrays of a compressed sparse matrix, where they are.
class SparseMatrix {
 public:
  /// Null when the arrays are not one-dimensional, packed and numeric.
  static std::shared_ptr<SparseMatrix> of(std::size_t rows, std::size_t columns, bool by_rows, py::handle entries,
                                          py::handle indexes, py::handle starts);

  /// Null and nothing where the library has none for such a matrix; see mltrack::digest.
  std::shared_ptr<DatasetDigest> digest() const;
  std::optional<std::vector<std::uint64_t>> row_hashes() const;

 private:
  std::optional<Numbers> hold(py::handle array);

  Sparse view_;
  std::vector<Buffer> buffers_;
};

}  // namespace mltrack::python
