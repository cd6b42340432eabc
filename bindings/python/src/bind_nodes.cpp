#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

py::object optional_text(const std::optional<std::string>& text) {
  return text ? py::object(to_text(*text)) : py::none();
}

py::object time(std::int64_t at_us) { return py::module_::import("mltrack._values").attr("when")(at_us); }

// A read-only property for each kind of member.
template <class Class, class Member>
auto text_of(Member Class::*member) {
  return [member](const Class& self) {
    if constexpr (std::is_same_v<Member, std::string>) {
      return to_text(self.*member);
    } else {
      return optional_text(self.*member);
    }
  };
}

template <class Class>
auto time_of(std::int64_t Class::*member) {
  return [member](const Class& self) { return time(self.*member); };
}

py::dict metrics(const Node& node) {
  py::dict out;
  for (const auto& [name, value] : latest_metrics(node)) out[to_text(name)] = value;
  return out;
}

py::dict tags(const Node& node) {
  py::dict out;
  for (const auto& [key, value] : node.tags) out[to_text(key)] = to_text(value);
  return out;
}

std::string repr(const Node& node) {
  std::string out = std::string("<") + to_string(node.kind) + " " + node.ref;
  for (const auto& part : {node.op, node.type, node.name}) {
    if (part && !part->empty()) out += " " + *part;
  }
  if (node.rows) out += " " + std::to_string(*node.rows) + " x " + std::to_string(node.columns.value_or(1));
  if (node.status) out += " " + *node.status;
  return out + ">";
}

bool same(const Node& a, const Node& b) { return a.ref == b.ref && a.run == b.run && a.kind == b.kind; }

void bind_node(py::module_& module) {
  py::class_<Node>(module, "Node")
      .def_property_readonly("ref", text_of(&Node::ref))
      .def_property_readonly("kind", [](const Node& node) { return to_string(node.kind); })
      .def_property_readonly("op", text_of(&Node::op))
      .def_property_readonly("type", text_of(&Node::type))
      .def_property_readonly("name", text_of(&Node::name))
      .def_property_readonly("digest", text_of(&Node::digest))
      .def_readonly("rows", &Node::rows)
      .def_readonly("columns", &Node::columns)
      .def_property_readonly("run", text_of(&Node::run))
      .def_property_readonly("at", time_of(&Node::at_us))
      .def_property_readonly("project", text_of(&Node::project))
      .def_property_readonly("experiment", text_of(&Node::experiment))
      .def_property_readonly("status", text_of(&Node::status))
      .def_property_readonly("parent", text_of(&Node::parent))
      .def_readonly("took_us", &Node::took_us)
      .def_readonly("overhead_us", &Node::overhead_us)
      .def_property_readonly("error_type", text_of(&Node::error_type))
      .def_property_readonly("error", text_of(&Node::error))
      .def_property_readonly("source", text_of(&Node::source))
      .def_readonly("depth", &Node::depth)
      .def_property_readonly("params", [](const Node& node) { return to_python(node.params); })
      .def_property_readonly("metrics", &metrics)
      .def_readonly("metric_values", &Node::metrics)
      .def_property_readonly("tags", &tags)
      .def("to_json", [](const Node& node) { return to_json(node); })
      .def("__eq__", &same, py::is_operator())
      .def("__hash__", [](const Node& node) { return std::hash<std::string>{}(node.ref); })
      .def("__repr__", [](const Node& node) { return to_text(repr(node)); })
      .def("_repr_html_",
           [](const py::object& node) { return py::module_::import("mltrack._html").attr("node")(node); });
}

void bind_parts(py::module_& module) {
  py::class_<MetricValue>(module, "MetricValue")
      .def_property_readonly("name", text_of(&MetricValue::name))
      .def_readonly("value", &MetricValue::value)
      .def_property_readonly("subject", text_of(&MetricValue::subject))
      .def_property_readonly("dataset", text_of(&MetricValue::dataset))
      .def_property_readonly("at", time_of(&MetricValue::at_us))
      .def("__repr__", [](const MetricValue& metric) {
        return py::str("<metric {}={}>").format(to_text(metric.name), metric.value);
      });
  py::class_<Edge>(module, "Edge")
      .def_property_readonly("src", text_of(&Edge::src))
      .def_property_readonly("dst", text_of(&Edge::dst))
      .def_property_readonly("slot", text_of(&Edge::slot))
      .def_property_readonly("via", text_of(&Edge::via))
      .def("__repr__",
           [](const Edge& edge) { return to_text("<edge " + edge.src + " -> " + edge.dst + " " + edge.slot + ">"); });
  py::class_<Column>(module, "Column")
      .def_readonly("pos", &Column::pos)
      .def_property_readonly("name", text_of(&Column::name))
      .def_property_readonly("type", text_of(&Column::type))
      .def_property_readonly("digest", text_of(&Column::digest))
      .def("__repr__", [](const Column& column) {
        return to_text("<column " + column.name.value_or(std::to_string(column.pos)) + " " + column.type + ">");
      });
  py::class_<Note>(module, "Note")
      .def_property_readonly("at", time_of(&Note::at_us))
      .def_property_readonly("author", text_of(&Note::author))
      .def_property_readonly("text", text_of(&Note::text))
      .def("__repr__", [](const Note& note) { return to_text("<note " + note.text + ">"); });
  py::class_<Point>(module, "Point")
      .def_readonly("step", &Point::step)
      .def_readonly("nth", &Point::nth)
      .def_readonly("value", &Point::value)
      .def_property_readonly("at", time_of(&Point::at_us))
      .def("__repr__", [](const Point& point) { return py::str("<point {}: {}>").format(point.step, point.value); });
  py::class_<Difference>(module, "Difference")
      .def_property_readonly("what", text_of(&Difference::what))
      .def_property_readonly("name", text_of(&Difference::name))
      .def_property_readonly("a", text_of(&Difference::a))
      .def_property_readonly("b", text_of(&Difference::b))
      .def("__repr__", [](const Difference& difference) {
        return to_text("<" + difference.what + " " + difference.name + ": " + difference.a.value_or("-") + " | " +
                       difference.b.value_or("-") + ">");
      });
}

}  // namespace

void bind_nodes(py::module_& module) {
  bind_node(module);
  bind_parts(module);
  py::class_<Lineage>(module, "Lineage")
      .def_readonly("root", &Lineage::root)
      .def_readonly("nodes", &Lineage::nodes)
      .def_readonly("edges", &Lineage::edges)
      .def_readonly("notes", &Lineage::notes);
  py::class_<Details>(module, "Details")
      .def_readonly("node", &Details::node)
      .def_readonly("in_edges", &Details::in)
      .def_readonly("out_edges", &Details::out)
      .def_readonly("columns", &Details::columns)
      .def_readonly("columns_omitted", &Details::columns_omitted)
      .def_readonly("notes", &Details::notes)
      .def_readonly("locations", &Details::locations)
      .def_readonly("code", &Details::code)
      .def_readonly("environment", &Details::environment)
      .def_readonly("dump", &Details::dump);
  py::class_<Comparison>(module, "Comparison")
      .def_readonly("a", &Comparison::a)
      .def_readonly("b", &Comparison::b)
      .def_readonly("differences", &Comparison::differences)
      .def_readonly("notes", &Comparison::notes);
  py::class_<Cause>(module, "Cause")
      .def_property_readonly("kind", text_of(&Cause::kind))
      .def_property_readonly("name", text_of(&Cause::name))
      .def_property_readonly("a", text_of(&Cause::a))
      .def_property_readonly("b", text_of(&Cause::b))
      .def_property_readonly("call_a", text_of(&Cause::call_a))
      .def_property_readonly("call_b", text_of(&Cause::call_b))
      .def_property_readonly("text", text_of(&Cause::text))
      .def("__repr__", [](const Cause& cause) { return to_text("<" + cause.kind + ": " + cause.text + ">"); });
  py::class_<Explanation>(module, "Explanation")
      .def_readonly("a", &Explanation::a)
      .def_readonly("b", &Explanation::b)
      .def_readonly("call_a", &Explanation::call_a)
      .def_readonly("call_b", &Explanation::call_b)
      .def_readonly("causes", &Explanation::causes)
      .def_readonly("aligned", &Explanation::aligned)
      .def_readonly("notes", &Explanation::notes)
      .def("to_json", [](const Explanation& explanation) { return to_json(explanation); });
}

}  // namespace mltrack::python
