#include <pybind11/stl.h>

#include "bind_call.hpp"

namespace mltrack::python {

py::list refs(const std::vector<NodeRef>& nodes) {
  py::list out;
  for (const NodeRef& node : nodes) out.append(to_python(node));
  return out;
}

namespace {

py::object end(OpenCall& self, std::vector<Flow> outputs, std::vector<CallMetric> metrics, py::handle model_digest,
               std::int64_t took_us, std::int64_t overhead_us) {
  CallResult result{to_digest(model_digest), std::move(outputs), std::move(metrics), took_us, overhead_us};
  NodeRef first;
  {
    const Released released;
    first = self.call.end(std::move(result));
  }
  self.ended = true;
  return to_python(first);
}

void fail(OpenCall& self, const std::string& error_type, py::handle message, std::int64_t overhead_us) {
  const std::string words = to_utf8(message);
  {
    const Released released;
    self.call.fail(error_type, words, overhead_us);
  }
  self.ended = true;
}

void leave(OpenCall& self, py::handle type, py::handle error, py::handle) {
  if (self.ended) return;
  if (type.is_none()) {
    end(self, {}, {}, py::none(), -1, 0);
  } else {
    fail(self, type.attr("__name__").cast<std::string>(), py::str(error), 0);
  }
}

}  // namespace

void bind_call(py::module_& module) {
  py::class_<OpenCall>(module, "Call")
      // A subclass in Python takes over a call that the library began.
      .def(py::init([](OpenCall& other) { return std::make_unique<OpenCall>(std::move(other)); }), py::arg("call"))
      .def_property_readonly("ref", [](const OpenCall& self) { return NodeRef(self.call.ref()); })
      .def_property_readonly("inputs", [](const OpenCall& self) { return refs(self.call.inputs()); })
      .def_property_readonly("outputs", [](const OpenCall& self) { return refs(self.call.outputs()); })
      .def("end", &end, py::arg("outputs") = std::vector<Flow>(), py::arg("metrics") = std::vector<CallMetric>(),
           py::arg("model_digest") = py::none(), py::arg("took_us") = -1, py::arg("overhead_us") = 0)
      .def("fail", &fail, py::arg("error_type"), py::arg("message"), py::arg("overhead_us") = 0)
      .def("__enter__", [](py::object self) { return self; })
      .def("__exit__", &leave)
      .def("__repr__", [](const OpenCall& self) { return "<Call " + self.call.ref().str() + ">"; });
}

}  // namespace mltrack::python
