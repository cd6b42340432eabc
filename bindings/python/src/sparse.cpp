#include "sparse.hpp"

namespace mltrack::python {

std::optional<Numbers> SparseMatrix::hold(py::handle array) {
  std::optional<Buffer> buffer = Buffer::of(array);
  const std::optional<Scalar> scalar = buffer ? buffer->scalar() : std::nullopt;
  if (!scalar) return {};
  const Py_buffer& view = buffer->view();
  const bool packed = view.ndim == 1 && (view.shape[0] < 2 || view.strides[0] == view.itemsize);
  if (!packed) return {};
  const Numbers numbers{.data = view.buf, .rows = static_cast<std::size_t>(view.shape[0]), .scalar = *scalar};
  buffers_.push_back(std::move(*buffer));
  return numbers;
}

std::shared_ptr<SparseMatrix> SparseMatrix::of(std::size_t rows, std::size_t columns, bool by_rows, py::handle entries,
                                               py::handle indexes, py::handle starts) {
  auto out = std::make_shared<SparseMatrix>();
  const std::optional<Numbers> values = out->hold(entries);
  const std::optional<Numbers> places = out->hold(indexes);
  const std::optional<Numbers> lines = out->hold(starts);
  if (!values || !places || !lines) return nullptr;
  out->view_ = {rows, columns, *values, *places, *lines, by_rows};
  return out;
}

std::shared_ptr<DatasetDigest> SparseMatrix::digest() const {
  const Released released;
  std::optional<DatasetDigest> digest = mltrack::digest(view_);
  return digest ? std::make_shared<DatasetDigest>(std::move(*digest)) : nullptr;
}

std::optional<std::vector<std::uint64_t>> SparseMatrix::row_hashes() const {
  const Released released;
  return mltrack::row_hashes(view_);
}

}  // namespace mltrack::python
