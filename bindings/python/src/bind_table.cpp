#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

py::object to_python(const TableColumn& column, std::size_t row) {
  if (column.missing[row]) return py::none();
  switch (column.type) {
    case TableColumn::Type::boolean:
      return py::bool_(column.integers[row] != 0);
    case TableColumn::Type::integer:
      return py::int_(column.integers[row]);
    case TableColumn::Type::number:
      return py::float_(column.numbers[row]);
    case TableColumn::Type::time:
      return py::module_::import("mltrack._values").attr("when")(column.integers[row]);
    case TableColumn::Type::text:
      break;
  }
  return to_text(column.texts[row]);
}

py::list values(const TableColumn& column) {
  py::list out(column.rows());
  for (std::size_t row = 0; row < column.rows(); ++row) out[row] = to_python(column, row);
  return out;
}

}  // namespace

void bind_table(py::module_& module) {
  py::class_<TableColumn>(module, "TableColumn")
      .def_property_readonly("name", [](const TableColumn& column) { return to_text(column.name); })
      .def_property_readonly("type", [](const TableColumn& column) { return to_string(column.type); })
      .def_property_readonly("values", &values)
      .def("__len__", &TableColumn::rows);
  py::class_<Table>(module, "Table")
      .def_readonly("columns", &Table::columns)
      .def_readonly("notes", &Table::notes)
      .def("to_json", [](const Table& table) { return to_json(table); })
      .def("__len__", &Table::rows);
}

}  // namespace mltrack::python
