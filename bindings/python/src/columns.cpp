#include "columns.hpp"

#include "object_column.hpp"

namespace mltrack::python {
namespace {

constexpr std::size_t worth_releasing = 32 * 1024;

const char* at_row(const Buffer& buffer, std::size_t row) {
  const Py_buffer& view = buffer.view();
  const Py_ssize_t stride = view.ndim == 2 ? view.strides[0] : 0;
  return static_cast<const char*>(view.buf) + stride * static_cast<Py_ssize_t>(row);
}

std::size_t rows_of(const Buffer& buffer) {
  const Py_buffer& view = buffer.view();
  return static_cast<std::size_t>(view.shape[view.ndim - 1]);
}

std::ptrdiff_t stride_of(const Buffer& buffer) {
  const Py_buffer& view = buffer.view();
  return view.strides[view.ndim - 1];
}

TimeUnit parse_unit(const std::string& word) {
  constexpr const char* words[] = {"D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"};
  for (std::uint8_t i = 0; i < std::size(words); ++i) {
    if (word == words[i]) return static_cast<TimeUnit>(i);
  }
  throw Error(ErrorCode::invalid_argument,
              "'" + word + "' is not a unit of time; use D, h, m, s, ms, us, ns, ps, fs, as");
}

}  // namespace

ColumnView& Columns::at(std::size_t position) {
  if (position >= views_.size()) throw py::index_error("no column " + std::to_string(position));
  return views_[position];
}

// A buffer with one or two dimensions whose rows are the columns at `count` positions.
std::optional<Buffer> Columns::block(py::handle array, std::size_t count) const {
  std::optional<Buffer> buffer = Buffer::of(array);
  if (!buffer) return {};
  const Py_buffer& view = buffer->view();
  const bool fits = view.ndim == 1 ? count == 1 : view.ndim == 2 && view.shape[0] == static_cast<Py_ssize_t>(count);
  return fits ? std::move(buffer) : std::nullopt;
}

bool Columns::add_numbers(const std::vector<std::size_t>& positions, py::handle array, py::handle missing,
                          const std::string& type) {
  std::optional<Buffer> values = block(array, positions.size());
  const std::optional<Scalar> scalar = values ? values->scalar() : std::nullopt;
  if (!scalar) return false;
  std::optional<Buffer> mask = missing.is_none() ? std::nullopt : block(missing, positions.size());
  if (!missing.is_none() && (!mask || mask->view().itemsize != 1 || rows_of(*mask) != rows_of(*values))) return false;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    Numbers numbers{at_row(*values, i), rows_of(*values), *scalar, stride_of(*values)};
    if (mask) {
      numbers.missing = reinterpret_cast<const std::uint8_t*>(at_row(*mask, i));
      numbers.missing_stride_bytes = stride_of(*mask);
    }
    at(positions[i]) = {numbers, std::nullopt, type};
  }
  size_bytes_ += static_cast<std::size_t>(values->view().len);
  buffers_.push_back(std::move(*values));
  if (mask) buffers_.push_back(std::move(*mask));
  return true;
}

bool Columns::add_times(const std::vector<std::size_t>& positions, py::handle array, const std::string& unit,
                        bool aware, bool duration, const std::string& type) {
  std::optional<Buffer> values = block(array, positions.size());
  if (!values || values->scalar() != Scalar::int64) return false;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto* data = reinterpret_cast<const std::int64_t*>(at_row(*values, i));
    const Times times{data, rows_of(*values), parse_unit(unit), aware, duration, stride_of(*values)};
    at(positions[i]) = {times, std::nullopt, type};
  }
  size_bytes_ += static_cast<std::size_t>(values->view().len);
  buffers_.push_back(std::move(*values));
  return true;
}

bool Columns::add_objects(std::size_t position, py::handle list, const std::string& type, bool text) {
  ObjectColumn column;
  if (!column.read(list)) return false;
  ColumnView view{Mixed{}, std::nullopt, type};
  if (column.only_texts() || column.only_bytes() || (column.empty() && text)) {
    view.values = Texts{texts_.emplace_back(column.texts(encoded_)), column.only_bytes()};
  } else if (column.only_numbers()) {
    const std::vector<double>& numbers = numbers_.emplace_back(column.numbers());
    view.values = Numbers{numbers.data(), numbers.size()};
    if (type.empty()) view.type = column.number_type();
  } else if (column.only_times()) {
    TimeUnit unit{};
    const std::vector<std::int64_t>& times = times_.emplace_back(column.times(unit));
    view.values = Times{times.data(), times.size(), unit, column.is_aware(), column.is_duration()};
  } else {
    view.values = Mixed{mixed_.emplace_back(column.mixed())};
  }
  at(position) = std::move(view);
  size_bytes_ += py::len(list) * sizeof(void*);
  // The texts are views into the list's objects.
  owners_.push_back(py::reinterpret_steal<py::object>(PySequence_Tuple(list.ptr())));
  return true;
}

std::shared_ptr<DatasetDigest> Columns::digest(py::handle names) const {
  DatasetView view{views_};
  if (!names.is_none()) {
    std::size_t position = 0;
    for (const py::handle name : names) {
      if (!name.is_none() && position < view.columns.size()) view.columns[position].name = to_utf8(name);
      ++position;
    }
  }
  return digest_view(view, size_bytes_);
}

std::shared_ptr<DatasetDigest> digest_view(const DatasetView& view, std::size_t size_bytes) {
  if (size_bytes < worth_releasing) return std::make_shared<DatasetDigest>(mltrack::digest(view));
  const Released released;
  return std::make_shared<DatasetDigest>(mltrack::digest(view));
}

}  // namespace mltrack::python
