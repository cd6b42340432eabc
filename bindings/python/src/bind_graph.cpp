#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include <functional>

#include "bind.hpp"

namespace mltrack::python {
namespace {

using DataHolder = std::shared_ptr<DatasetDigest>;

std::size_t hash(const NodeRef& ref) {
  std::size_t seed = std::hash<std::int64_t>{}(ref.seq);
  for (const std::uint8_t byte : ref.run.bytes) seed = seed * 31 + byte;
  return seed;
}

Flow make_flow(const std::string& slot, py::handle node, const std::string& via, const std::string& kind,
               const std::string& type, py::handle name, const DataHolder& data, py::handle digest,
               std::int64_t size_bytes, const std::string& location, std::vector<Source> sources, bool untracked) {
  Flow flow;
  flow.slot = slot;
  if (!node.is_none()) flow.node = to_ref(node);
  flow.via = via;
  flow.kind = parse_kind(kind);
  flow.type = type;
  flow.name = to_utf8(name);
  flow.data = data;
  flow.digest = to_digest(digest);
  flow.size_bytes = size_bytes;
  flow.location = location;
  flow.sources = std::move(sources);
  flow.untracked = untracked;
  return flow;
}

Flow known_flow(const std::string& slot, const NodeRef& node, const std::string& via, const std::string& kind) {
  Flow flow;
  flow.slot = slot;
  flow.node = node;
  flow.via = via;
  flow.kind = parse_kind(kind);
  return flow;
}

Flow dataset_flow(const std::string& slot, const DataHolder& data, const std::string& type,
                  std::vector<Source> sources) {
  Flow flow;
  flow.slot = slot;
  flow.data = data;
  flow.type = type;
  flow.sources = std::move(sources);
  return flow;
}

Flow model_flow(const std::string& type, py::handle digest, std::vector<Source> sources, const std::string& slot) {
  Flow flow;
  flow.slot = slot;
  flow.kind = Kind::model;
  flow.type = type;
  flow.digest = to_digest(digest);
  flow.sources = std::move(sources);
  return flow;
}

std::string repr(const Flow& flow) {
  std::string out = "<Flow " + flow.slot + ": " + to_string(flow.kind);
  if (!flow.type.empty()) out += " " + flow.type;
  if (flow.node) out += " " + flow.node->str();
  return out + ">";
}

void bind_ref(py::module_& module) {
  py::class_<NodeRef>(module, "NodeRef")
      .def(py::init([](const std::string& run, std::int64_t seq) {
             return NodeRef{Uid::parse(run), seq};
           }),
           py::arg("run"), py::arg("seq"))
      .def_property_readonly("run", [](const NodeRef& ref) { return ref.run.str(); })
      .def_readonly("seq", &NodeRef::seq)
      .def("__hash__", &hash)
      .def(py::self == py::self)
      .def(py::self < py::self)
      .def("__str__", &NodeRef::str)
      .def("__repr__", [](const NodeRef& ref) { return "<NodeRef " + ref.str() + ">"; })
      .def(py::pickle([](const NodeRef& ref) { return py::make_tuple(ref.run.str(), ref.seq); },
                      [](const py::tuple& state) {
                        return NodeRef{Uid::parse(state[0].cast<std::string>()), state[1].cast<std::int64_t>()};
                      }));
}

void bind_source(py::module_& module) {
  py::class_<Source>(module, "Source")
      .def(py::init([](const NodeRef& node, std::string via, std::string slot) {
             return Source{node, std::move(via), std::move(slot)};
           }),
           py::arg("node"), py::arg("via") = "declared", py::arg("slot") = "from")
      .def_readwrite("node", &Source::node)
      .def_readwrite("via", &Source::via)
      .def_readwrite("slot", &Source::slot)
      .def("__repr__", [](const Source& source) { return "<Source " + source.node.str() + " " + source.via + ">"; });
}

void bind_flow(py::module_& module) {
  py::class_<Flow>(module, "Flow")
      .def(py::init(&make_flow), py::arg("slot"), py::kw_only(), py::arg("node") = py::none(), py::arg("via") = "",
           py::arg("kind") = "dataset", py::arg("type") = "", py::arg("name") = "", py::arg("data") = py::none(),
           py::arg("digest") = py::none(), py::arg("size_bytes") = -1, py::arg("location") = "",
           py::arg("sources") = std::vector<Source>(), py::arg("untracked") = false)
      // Of a few positions: keywords cost more time than all that a flow holds.
      .def_static("known", &known_flow, py::arg("slot"), py::arg("node"), py::arg("via") = "object",
                  py::arg("kind") = "dataset")
      .def_static("dataset", &dataset_flow, py::arg("slot"), py::arg("data"), py::arg("type") = "",
                  py::arg("sources") = std::vector<Source>())
      .def_static("model", &model_flow, py::arg("type"), py::arg("digest"), py::arg("sources") = std::vector<Source>(),
                  py::arg("slot") = "model")
      .def_readwrite("slot", &Flow::slot)
      .def_property(
          "node", [](const Flow& flow) { return flow.node ? to_python(*flow.node) : py::none(); },
          [](Flow& flow, py::handle node) {
            flow.node = node.is_none() ? std::nullopt : std::optional<NodeRef>(to_ref(node));
          })
      .def_readwrite("via", &Flow::via)
      .def_property(
          "kind", [](const Flow& flow) { return to_string(flow.kind); },
          [](Flow& flow, const std::string& kind) { flow.kind = parse_kind(kind); })
      .def_readwrite("type", &Flow::type)
      .def_property(
          "name", [](const Flow& flow) { return to_text(flow.name); },
          [](Flow& flow, py::handle name) { flow.name = to_utf8(name); })
      .def_property(
          "data", [](const Flow& flow) { return std::const_pointer_cast<DatasetDigest>(flow.data); },
          [](Flow& flow, const DataHolder& data) { flow.data = data; })
      .def_property(
          "digest", [](const Flow& flow) { return to_hex(flow.digest); },
          [](Flow& flow, py::handle digest) { flow.digest = to_digest(digest); })
      .def_readwrite("size_bytes", &Flow::size_bytes)
      .def_readwrite("location", &Flow::location)
      .def_readwrite("sources", &Flow::sources)
      .def_property(
          "fitted", [](const Flow& flow) { return flow.fitted ? py::object(to_python(*flow.fitted)) : py::none(); },
          [](Flow& flow, const py::sequence& fitted) { flow.fitted = to_fitted(fitted); })
      .def_readwrite("untracked", &Flow::untracked)
      .def("__repr__", &repr);
}

void bind_metric(py::module_& module) {
  const auto make = [](const std::string& name, double value, py::handle subject, py::handle dataset) {
    return CallMetric{name, value, to_ref(subject), to_ref(dataset)};
  };
  py::class_<CallMetric>(module, "CallMetric")
      .def(py::init(make), py::arg("name"), py::arg("value"), py::arg("subject") = py::none(),
           py::arg("dataset") = py::none())
      .def_readwrite("name", &CallMetric::name)
      .def_readwrite("value", &CallMetric::value)
      .def_property(
          "subject", [](const CallMetric& metric) { return to_python(metric.subject); },
          [](CallMetric& metric, py::handle subject) { metric.subject = to_ref(subject); })
      .def_property(
          "dataset", [](const CallMetric& metric) { return to_python(metric.dataset); },
          [](CallMetric& metric, py::handle dataset) { metric.dataset = to_ref(dataset); });
}

}  // namespace

NodeRef to_ref(py::handle object) { return object.is_none() ? NodeRef() : object.cast<const NodeRef&>(); }

py::object to_python(const NodeRef& ref) { return ref ? py::cast(NodeRef(ref)) : py::none(); }

void bind_graph(py::module_& module) {
  bind_ref(module);
  bind_source(module);
  bind_flow(module);
  bind_metric(module);
}

}  // namespace mltrack::python
