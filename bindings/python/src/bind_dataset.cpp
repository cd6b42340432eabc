#include <pybind11/stl.h>

#include "columns.hpp"

namespace mltrack::python {
namespace {

using Holder = std::shared_ptr<DatasetDigest>;

// The stride between the elements of all dimensions but the first, taken as one; nothing when there is none.
std::optional<std::ptrdiff_t> inner_stride(const Py_buffer& view) {
  for (int i = 1; i + 1 < view.ndim; ++i) {
    if (view.strides[i] != view.strides[i + 1] * view.shape[i + 1]) return {};
  }
  return view.strides[view.ndim - 1];
}

std::vector<std::string> texts(py::handle names) {
  std::vector<std::string> out;
  if (names.is_none()) return out;
  for (const py::handle name : names) out.push_back(to_utf8(name));
  return out;
}

DatasetView one_column(const Py_buffer& view, Scalar scalar, py::handle names) {
  const std::size_t rows = view.ndim == 0 ? 1 : static_cast<std::size_t>(view.shape[0]);
  ColumnView column{Numbers{view.buf, rows, scalar, view.ndim == 0 ? 0 : view.strides[0]}};
  if (!names.is_none()) column.name = texts(names).at(0);
  DatasetView out;
  out.columns.push_back(std::move(column));
  return out;
}

// Two dimensions and more as rows x the rest.
DatasetView matrix(const Py_buffer& view, Scalar scalar, std::ptrdiff_t inner, py::handle names, bool transposed) {
  std::size_t columns = 1;
  for (int i = 1; i < view.ndim; ++i) columns *= static_cast<std::size_t>(view.shape[i]);
  Matrix matrix{view.buf, static_cast<std::size_t>(view.shape[0]), columns, scalar, view.strides[0], inner};
  if (transposed) {
    std::swap(matrix.rows, matrix.columns);
    std::swap(matrix.row_stride_bytes, matrix.column_stride_bytes);
  }
  DatasetView out;
  out.matrix = matrix;
  out.names = texts(names);
  if (view.ndim > 2) out.shape.assign(view.shape, view.shape + view.ndim);
  return out;
}

Holder describe_array(py::handle array, py::handle names, bool transposed) {
  const std::optional<Buffer> buffer = Buffer::of(array);
  const std::optional<Scalar> scalar = buffer ? buffer->scalar() : std::nullopt;
  if (!scalar) return nullptr;
  const Py_buffer& view = buffer->view();
  const auto size = static_cast<std::size_t>(view.len);
  if (view.ndim < 2) return digest_view(one_column(view, *scalar, names), size);
  const std::optional<std::ptrdiff_t> inner = inner_stride(view);
  return inner ? digest_view(matrix(view, *scalar, *inner, names, transposed), size) : nullptr;
}

// A list of scalars is one column; a list of equally long lists or tuples is rows.
Holder describe_list(py::handle list) {
  const auto is_row = [](PyObject* object) { return PyList_Check(object) || PyTuple_Check(object); };
  const py::tuple rows = py::reinterpret_steal<py::tuple>(PySequence_Tuple(list.ptr()));
  if (rows.empty() || !is_row(rows[0].ptr())) {
    Columns columns(1);
    return columns.add_objects(0, rows, "", false) ? columns.digest(py::none()) : nullptr;
  }
  const std::size_t width = py::len(rows[0]);
  Columns columns(width);
  std::vector<py::list> values(width, py::list());
  for (py::list& column : values) column = py::list();
  for (const py::handle row : rows) {
    if (!is_row(row.ptr()) || py::len(row) != width) return nullptr;
    for (std::size_t i = 0; i < width; ++i) {
      values[i].append(py::handle(PySequence_Fast_GET_ITEM(row.ptr(), static_cast<Py_ssize_t>(i))));
    }
  }
  for (std::size_t i = 0; i < width; ++i) {
    if (!columns.add_objects(i, values[i], "", false)) return nullptr;
  }
  return columns.digest(py::none());
}

template <class Read>
py::list of_columns(const DatasetDigest& data, Read read) {
  py::list out;
  for (const ColumnDigest& column : data.columns) out.append(read(column));
  return out;
}

py::tuple digest_path(py::handle path) {
  const std::string where = py::bytes(py::module_::import("os").attr("fsencode")(path));
  FileDigest file;
  {
    const Released released;
    refuse_store_file(where, "digest a backup of it");
    file = digest_file(where);
  }
  return py::make_tuple(file.sha256.hex(), file.size_bytes);
}

std::string digest_of_bytes(const std::string& kind, const py::buffer& bytes) {
  const py::buffer_info info = bytes.request();
  const auto size = static_cast<std::size_t>(info.size * info.itemsize);
  return digest_bytes(kind, {static_cast<const std::uint8_t*>(info.ptr), size}).hex();
}

void bind_digest(py::module_& module) {
  py::class_<DatasetDigest, Holder>(module, "DatasetDigest")
      .def_property_readonly("content", [](const DatasetDigest& data) { return to_hex(data.content); })
      .def_property_readonly("values", [](const DatasetDigest& data) { return to_hex(data.values); })
      .def_readonly("rows", &DatasetDigest::rows)
      .def_property_readonly("columns", [](const DatasetDigest& data) { return data.columns.size(); })
      .def_property_readonly("degenerate", &DatasetDigest::degenerate)
      .def_property_readonly("family", &DatasetDigest::family)
      .def_property_readonly("column_digests",
                             [](const DatasetDigest& data) {
                               return of_columns(data,
                                                 [](const ColumnDigest& column) { return to_hex(column.digest); });
                             })
      .def_property_readonly("column_types",
                             [](const DatasetDigest& data) {
                               return of_columns(data, [](const ColumnDigest& column) { return to_text(column.type); });
                             })
      .def_property_readonly("column_names",
                             [](const DatasetDigest& data) {
                               return of_columns(data, [](const ColumnDigest& column) -> py::object {
                                 if (!column.name) return py::none();
                                 return to_text(*column.name);
                               });
                             })
      .def("__repr__", [](const DatasetDigest& data) {
        return "<DatasetDigest " + data.family() + " " + std::to_string(data.rows) + " x " +
               std::to_string(data.columns.size()) + " " + data.values.hex().substr(0, 8) + ">";
      });
}

}  // namespace

void bind_dataset(py::module_& module) {
  bind_digest(module);
  py::class_<Columns>(module, "Columns")
      .def(py::init<std::size_t>(), py::arg("count"))
      .def("add_numbers", &Columns::add_numbers, py::arg("positions"), py::arg("array"),
           py::arg("missing") = py::none(), py::arg("type") = "")
      .def("add_times", &Columns::add_times, py::arg("positions"), py::arg("array"), py::arg("unit"),
           py::arg("aware") = false, py::arg("duration") = false, py::arg("type") = "")
      .def("add_objects", &Columns::add_objects, py::arg("position"), py::arg("values"), py::arg("type") = "",
           py::arg("text") = false)
      .def("digest", &Columns::digest, py::arg("names") = py::none());
  module.def("describe_array", &describe_array, py::arg("array"), py::arg("names") = py::none(),
             py::arg("transposed") = false);
  module.def("describe_list", &describe_list, py::arg("values"));
  module.def("digest_bytes", &digest_of_bytes, py::arg("kind"), py::arg("data"));
  module.def("digest_file", &digest_path, py::arg("path"));
}

}  // namespace mltrack::python
