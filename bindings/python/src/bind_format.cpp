#include <pybind11/stl.h>

#include "arrow_table.hpp"
#include "bind.hpp"

namespace mltrack::python {
namespace {

using Nodes = std::vector<Node>;

template <class Answer>
auto text_of(std::string (*format)(const Answer&)) {
  return [format](const Answer& answer) { return to_text(format(answer)); };
}

}  // namespace

void bind_format(py::module_& module) {
  module.def("to_csv", text_of<Table>(&to_csv), py::arg("answer"));
  module.def("to_csv", text_of<Nodes>(&to_csv), py::arg("answer"));
  module.def("to_jsonl", text_of<Table>(&to_jsonl), py::arg("answer"));
  module.def("to_jsonl", text_of<Nodes>(&to_jsonl), py::arg("answer"));
  module.def("to_json", text_of<Table>(&to_json), py::arg("answer"));
  module.def("to_json", text_of<Nodes>(&to_json), py::arg("answer"));
  module.def(
      "to_json", [](const Lineage& lineage) { return to_text(visible_json(to_json(lineage)) + "\n"); },
      py::arg("answer"));
  module.def("to_dot", text_of<Lineage>(&to_dot), py::arg("lineage"));
  module.def("to_mermaid", text_of<Lineage>(&to_mermaid), py::arg("lineage"));
  module.def("to_graphml", text_of<Lineage>(&to_graphml), py::arg("lineage"));
  module.def("with_root", &with_root, py::arg("lineage"));
  module.def("arrow_stream", &arrow_stream, py::arg("answer"));
  module.def(
      "arrow_stream", [](const Nodes& nodes) { return arrow_stream(table_of(nodes)); }, py::arg("answer"));
}

}  // namespace mltrack::python
