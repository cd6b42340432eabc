#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

py::tuple export_run(const Tracker& tracker, const std::string& ref, const std::string& as, bool alone, bool objects) {
  const ExportOptions options{parse_document_kind(as), alone, objects};
  Document document;
  {
    const Released released;
    document = tracker.export_run(ref, options);
  }
  return py::make_tuple(to_text(document.text), document.notes);
}

py::tuple import_run(Tracker& tracker, py::handle document) {
  const std::string text = to_utf8(document);
  Imported imported;
  {
    const Released released;
    imported = tracker.import_run(text);
  }
  std::vector<std::string> runs;
  for (const Uid& run : imported.runs) runs.push_back(run.str());
  return py::make_tuple(py::tuple(py::cast(runs)), imported.nodes);
}

}  // namespace

void bind_document(py::module_&, py::class_<Tracker>& tracker) {
  tracker
      .def("export_run", &export_run, py::arg("ref"), py::kw_only(), py::arg("as_") = "run", py::arg("alone") = false,
           py::arg("objects") = false)
      .def("import_run", &import_run, py::arg("document"));
}

}  // namespace mltrack::python
