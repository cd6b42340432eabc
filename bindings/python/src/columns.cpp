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

// The stride between the elements of all dimensions but the first, taken as one; nothing when there is none.
std::optional<std::ptrdiff_t> inner_stride(const Py_buffer& view) {
  for (int i = 1; i + 1 < view.ndim; ++i) {
    if (view.strides[i] != view.strides[i + 1] * view.shape[i + 1]) return {};
  }
  return view.strides[view.ndim - 1];
}

// Two dimensions and more as rows x the rest.
Matrix matrix_of(const Py_buffer& view, Scalar scalar, std::ptrdiff_t inner, bool transposed) {
  std::size_t columns = 1;
  for (int i = 1; i < view.ndim; ++i) columns *= static_cast<std::size_t>(view.shape[i]);
  Matrix matrix{view.buf, static_cast<std::size_t>(view.shape[0]), columns, scalar, view.strides[0], inner};
  if (transposed) {
    std::swap(matrix.rows, matrix.columns);
    std::swap(matrix.row_stride_bytes, matrix.column_stride_bytes);
  }
  return matrix;
}

bool is_row(PyObject* object) { return PyList_Check(object) || PyTuple_Check(object); }

// Runs `work` on the data; other threads may run meanwhile when it is large.
template <class Work>
auto on(std::size_t size_bytes, Work work) {
  if (size_bytes < worth_releasing) return work();
  const Released released;
  return work();
}

}  // namespace

Columns::Columns(std::size_t count, py::handle names) {
  view_.columns.resize(count);
  if (names.is_none()) return;
  std::size_t position = 0;
  for (const py::handle name : names) {
    if (!name.is_none() && position < count) view_.columns[position].name = to_utf8(name);
    ++position;
  }
}

std::shared_ptr<Columns> Columns::of_array(py::handle array, py::handle names, bool transposed) {
  std::optional<Buffer> buffer = Buffer::of(array);
  const std::optional<Scalar> scalar = buffer ? buffer->scalar() : std::nullopt;
  if (!scalar) return nullptr;
  const Py_buffer& view = buffer->view();
  std::shared_ptr<Columns> out;
  if (view.ndim < 2) {
    out = std::make_shared<Columns>(1, names);
    const std::size_t rows = view.ndim == 0 ? 1 : static_cast<std::size_t>(view.shape[0]);
    out->view_.columns[0].values = Numbers{view.buf, rows, *scalar, view.ndim == 0 ? 0 : view.strides[0]};
  } else {
    const std::optional<std::ptrdiff_t> inner = inner_stride(view);
    if (!inner) return nullptr;
    out = std::make_shared<Columns>(0);
    out->view_.matrix = matrix_of(view, *scalar, *inner, transposed);
    if (!names.is_none()) {
      for (const py::handle name : names) out->view_.names.push_back(to_utf8(name));
    }
    if (view.ndim > 2) out->view_.shape.assign(view.shape, view.shape + view.ndim);
  }
  out->size_bytes_ = static_cast<std::size_t>(view.len);
  out->buffers_.push_back(std::move(*buffer));
  return out;
}

std::shared_ptr<Columns> Columns::of_list(py::handle list) {
  const py::tuple rows = py::reinterpret_steal<py::tuple>(PySequence_Tuple(list.ptr()));
  if (rows.empty() || !is_row(rows[0].ptr())) {
    auto column = std::make_shared<Columns>(1);
    return column->add_objects(0, rows, "", false) ? column : nullptr;
  }
  const std::size_t width = py::len(rows[0]);
  std::vector<py::list> values(width, py::list());
  for (py::list& column : values) column = py::list();
  for (const py::handle row : rows) {
    if (!is_row(row.ptr()) || py::len(row) != width) return nullptr;
    for (std::size_t i = 0; i < width; ++i) {
      values[i].append(py::handle(PySequence_Fast_GET_ITEM(row.ptr(), static_cast<Py_ssize_t>(i))));
    }
  }
  auto columns = std::make_shared<Columns>(width);
  for (std::size_t i = 0; i < width; ++i) {
    if (!columns->add_objects(i, values[i], "", false)) return nullptr;
  }
  return columns;
}

std::shared_ptr<Columns> Columns::of_arrow(py::handle object) {
  auto columns = std::make_shared<Columns>(0);
  std::optional<std::vector<ColumnView>> views = columns->read_arrow(object);
  if (!views) return nullptr;
  columns->view_.columns = std::move(*views);
  return columns;
}

std::optional<std::vector<ColumnView>> Columns::read_arrow(py::handle object) {
  std::optional<ArrowData> data = ArrowData::of(object);
  if (!data) return {};
  ArrowColumns& columns = arrow_.emplace_back(std::move(*data));
  std::optional<std::vector<ColumnView>> views = columns.read();
  size_bytes_ += columns.size_bytes();
  return views;
}

bool Columns::add_arrow(std::size_t position, py::handle object, const std::string& type) {
  std::optional<std::vector<ColumnView>> views = read_arrow(object);
  if (!views || views->size() != 1) return false;
  if (!type.empty()) views->front().type = type;
  put(position, std::move(views->front()));
  return true;
}

ColumnView& Columns::at(std::size_t position) {
  if (position >= view_.columns.size()) throw py::index_error("no column " + std::to_string(position));
  return view_.columns[position];
}

// The name is known from the beginning.
void Columns::put(std::size_t position, ColumnView column) {
  ColumnView& place = at(position);
  place.values = std::move(column.values);
  place.type = std::move(column.type);
  place.more = std::move(column.more);
}

// A buffer with one or two dimensions whose rows are the columns at `count` positions.
std::optional<Buffer> Columns::block(py::handle array, std::size_t count) {
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
    put(positions[i], {numbers, std::nullopt, type});
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
    put(positions[i], {times, std::nullopt, type});
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
  put(position, std::move(view));
  size_bytes_ += py::len(list) * sizeof(void*);
  // The texts are views into the list's objects.
  owners_.push_back(py::reinterpret_steal<py::object>(PySequence_Tuple(list.ptr())));
  return true;
}

std::shared_ptr<DatasetDigest> Columns::digest() const {
  return on(size_bytes_, [this] { return std::make_shared<DatasetDigest>(mltrack::digest(view_)); });
}

std::vector<std::uint64_t> Columns::row_hashes() const {
  return on(size_bytes_, [this] { return mltrack::row_hashes(view_); });
}

}  // namespace mltrack::python
