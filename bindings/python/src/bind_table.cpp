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

/// The column's numbers where they lie. Texts have none.
py::buffer_info buffer(TableColumn& column) {
  const auto rows = static_cast<py::ssize_t>(column.rows());
  if (column.type == TableColumn::Type::text) throw py::buffer_error("a column of texts has no buffer");
  if (column.type == TableColumn::Type::number) return {column.numbers.data(), rows, true};
  return {column.integers.data(), rows, true};
}

/// A byte for each row, 1 where there is no value; empty where every row has one.
py::bytes missing(const TableColumn& column) {
  std::string bytes(column.rows(), '\0');
  bool any = false;
  for (std::size_t row = 0; row < column.rows(); ++row)
    if (column.missing[row]) any = (bytes[row] = 1) != 0;
  return any ? py::bytes(bytes) : py::bytes();
}

/// The columns, each kept by the table and keeping it.
py::list columns(const py::object& self) {
  py::list list;
  for (TableColumn& column : self.cast<Table&>().columns)
    list.append(py::cast(column, py::return_value_policy::reference_internal, self));
  return list;
}

py::list values(const TableColumn& column) {
  py::list out(column.rows());
  for (std::size_t row = 0; row < column.rows(); ++row) out[row] = to_python(column, row);
  return out;
}

}  // namespace

void bind_table(py::module_& module) {
  py::class_<TableColumn>(module, "TableColumn", py::buffer_protocol())
      .def_buffer(&buffer)
      .def_property_readonly("missing", &missing)
      .def_property_readonly("name", [](const TableColumn& column) { return to_text(column.name); })
      .def_property_readonly("type", [](const TableColumn& column) { return to_string(column.type); })
      .def_property_readonly("values", &values)
      .def("__len__", &TableColumn::rows);
  py::class_<Table>(module, "Table")
      .def_property_readonly("columns", &columns)
      .def_readonly("next", &Table::next)
      .def_readonly("notes", &Table::notes)
      .def("to_json", [](const Table& table) { return to_json(table); })
      .def("__len__", &Table::rows);
}

}  // namespace mltrack::python
