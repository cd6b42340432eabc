#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "columns.hpp"
#include "sparse.hpp"

namespace mltrack::python {
namespace {

using Holder = std::shared_ptr<DatasetDigest>;

template <class Read>
py::list of_columns(const DatasetDigest& data, Read read) {
  py::list out;
  for (const ColumnDigest& column : data.columns) out.append(read(column));
  return out;
}

// An array that owns the hashes, without a copy.
py::array_t<std::uint64_t> to_array(std::vector<std::uint64_t> values) {
  auto hashes = std::make_unique<std::vector<std::uint64_t>>(std::move(values));
  const auto rows = static_cast<py::ssize_t>(hashes->size());
  const std::uint64_t* data = hashes->data();
  const py::capsule owner(hashes.release(), [](void* gone) {
    const std::unique_ptr<std::vector<std::uint64_t>> released(static_cast<std::vector<std::uint64_t>*>(gone));
  });
  return py::array_t<std::uint64_t>(rows, data, owner);
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
      .def_property_readonly("columns", [](const DatasetDigest& data) { return data.width; })
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
               std::to_string(data.width) + " " + data.values.hex().substr(0, 8) + ">";
      });
}

}  // namespace

void bind_dataset(py::module_& module) {
  bind_digest(module);
  py::class_<Columns, std::shared_ptr<Columns>>(module, "Columns")
      .def(py::init<std::size_t, py::handle>(), py::arg("count"), py::arg("names") = py::none())
      .def_static("of_array", &Columns::of_array, py::arg("array"), py::arg("names") = py::none(),
                  py::arg("transposed") = false)
      .def_static("of_list", &Columns::of_list, py::arg("values"))
      .def_static("of_arrow", &Columns::of_arrow, py::arg("data"))
      .def("add_arrow", &Columns::add_arrow, py::arg("position"), py::arg("data"), py::arg("type") = "")
      .def("add_numbers", &Columns::add_numbers, py::arg("positions"), py::arg("array"),
           py::arg("missing") = py::none(), py::arg("type") = "")
      .def("add_times", &Columns::add_times, py::arg("positions"), py::arg("array"), py::arg("unit"),
           py::arg("aware") = false, py::arg("duration") = false, py::arg("type") = "")
      .def("add_objects", &Columns::add_objects, py::arg("position"), py::arg("values"), py::arg("type") = "",
           py::arg("text") = false)
      .def("digest", &Columns::digest)
      .def("row_hashes", [](const Columns& columns) { return to_array(columns.row_hashes()); });
  py::class_<SparseMatrix, std::shared_ptr<SparseMatrix>>(module, "SparseMatrix")
      .def_static("of", &SparseMatrix::of, py::arg("rows"), py::arg("columns"), py::arg("by_rows"), py::arg("entries"),
                  py::arg("indexes"), py::arg("starts"))
      .def_static("by_columns", &is_digested_by_columns, py::arg("rows"), py::arg("columns"))
      .def("digest", &SparseMatrix::digest)
      .def("row_hashes", [](const SparseMatrix& matrix) {
        std::optional<std::vector<std::uint64_t>> hashes = matrix.row_hashes();
        return hashes ? std::optional(to_array(std::move(*hashes))) : std::nullopt;
      });
  module.def("digest_bytes", &digest_of_bytes, py::arg("kind"), py::arg("data"));
  module.def("digest_file", &digest_path, py::arg("path"));
}

}  // namespace mltrack::python
