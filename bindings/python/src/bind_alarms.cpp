#include <pybind11/stl.h>

#include <algorithm>
#include <iterator>

#include "bind.hpp"

namespace mltrack::python {
namespace {

py::object optional_text(const std::optional<std::string>& text) {
  return text ? py::object(to_text(*text)) : py::none();
}

/// The counts of a row of evidence, which are its last two values.
template <class Row>
Row counted(Row row, const py::tuple& values) {
  row.counted = values[values.size() - 2].cast<std::int64_t>();
  row.total = values[values.size() - 1].cast<std::int64_t>();
  return row;
}

Evidence to_evidence(const py::list& learnt, const py::list& shared, const py::list& repeated, const py::list& targets,
                     std::size_t reuse_limit) {
  Evidence evidence;
  evidence.reuse_limit = reuse_limit;
  for (const auto& row : learnt) {
    const auto values = row.cast<py::tuple>();
    evidence.learnt.push_back({to_ref(values[0]), to_utf8(values[1])});
  }
  for (const auto& row : shared) {
    const auto values = row.cast<py::tuple>();
    evidence.shared.push_back(counted(Evidence::SharedRows{to_ref(values[0]), to_ref(values[1])}, values));
  }
  for (const auto& row : repeated) {
    const auto values = row.cast<py::tuple>();
    evidence.repeated.push_back(counted(Evidence::RepeatedRows{to_ref(values[0])}, values));
  }
  for (const auto& row : targets) {
    const auto values = row.cast<py::tuple>();
    Evidence::TargetColumns columns{to_ref(values[0]), {}, values[2].cast<std::int64_t>()};
    for (const auto& name : values[1].cast<py::list>()) columns.columns.push_back(to_utf8(name));
    evidence.targets.push_back(std::move(columns));
  }
  return evidence;
}

std::vector<Alarm> audit(Tracker& tracker, const std::string& run, const py::list& learnt, const py::list& shared,
                         const py::list& repeated, const py::list& targets, std::size_t reuse_limit) {
  const Uid uid = Uid::parse(run);
  const Evidence evidence = to_evidence(learnt, shared, repeated, targets, reuse_limit);
  const Released released;
  return tracker.audit(uid, evidence);
}

auto page(const Query& query, const std::string& where, const std::string& run, const std::string& kind,
          const std::string& at_least, std::optional<std::size_t> limit, const std::string& order_by,
          const std::string& after) {
  AlarmPage answer = query.alarm_page({where, run, kind, parse_grade(at_least), limit.value_or(0), order_by, after});
  return std::pair(std::move(answer.alarms), std::move(answer.next));
}

Table table(const Query& query, const std::string& where, const std::string& run, const std::string& kind,
            const std::string& at_least, std::optional<std::size_t> limit, const std::string& order_by,
            const std::string& after, std::vector<std::string> fields) {
  return query.alarm_table({where, run, kind, parse_grade(at_least), limit, order_by, after, std::move(fields)});
}

std::vector<AlarmNode> calls(const Alarm& alarm) {
  std::vector<AlarmNode> found;
  std::ranges::copy_if(alarm.nodes, std::back_inserter(found),
                       [](const AlarmNode& node) { return node.op.has_value(); });
  return found;
}

py::list sources(const Alarm& alarm) {
  py::list lines;
  for (const AlarmNode& node : alarm.nodes)
    if (node.source && !node.source->empty() && !lines.contains(to_text(*node.source)))
      lines.append(to_text(*node.source));
  return lines;
}

}  // namespace

void bind_alarms(py::module_& module, py::class_<Tracker>& tracker, py::class_<Query>& query) {
  py::class_<AlarmNode>(module, "AlarmNode")
      .def_property_readonly("role", [](const AlarmNode& node) { return to_text(node.role); })
      .def_property_readonly("ref", [](const AlarmNode& node) { return to_text(node.ref); })
      .def_property_readonly("op", [](const AlarmNode& node) { return optional_text(node.op); })
      .def_property_readonly("type", [](const AlarmNode& node) { return optional_text(node.type); })
      .def_property_readonly("source", [](const AlarmNode& node) { return optional_text(node.source); })
      .def("__repr__", [](const AlarmNode& node) {
        return to_text("<" + node.role + " " + node.ref + " " + node.type.value_or("") + " " +
                       node.source.value_or("") + ">");
      });
  py::class_<Alarm>(module, "Alarm")
      .def_property_readonly("kind", [](const Alarm& alarm) { return to_text(alarm.kind); })
      .def_property_readonly("grade", [](const Alarm& alarm) { return to_string(alarm.grade); })
      .def_property_readonly("run", [](const Alarm& alarm) { return to_text(alarm.run); })
      .def_property_readonly("subject", [](const Alarm& alarm) { return to_text(alarm.subject); })
      .def_readonly("counted", &Alarm::counted)
      .def_readonly("total", &Alarm::total)
      .def_property_readonly("advice", [](const Alarm& alarm) { return to_text(alarm.advice); })
      .def_property_readonly(
          "at", [](const Alarm& alarm) { return py::module_::import("mltrack._values").attr("when")(alarm.at_us); })
      .def_readonly("nodes", &Alarm::nodes)
      .def_property_readonly("calls", &calls)
      .def_property_readonly("sources", &sources)
      .def("to_json", [](const Alarm& alarm) { return to_text(to_json(alarm)); })
      .def("__repr__", [](const Alarm& alarm) {
        return to_text(std::string("<") + to_string(alarm.grade) + " " + alarm.kind + " " + alarm.subject + ": " +
                       alarm.advice + ">");
      });
  tracker.def("audit", &audit, py::arg("run"), py::kw_only(), py::arg("learnt") = py::list(),
              py::arg("shared") = py::list(), py::arg("repeated") = py::list(), py::arg("targets") = py::list(),
              py::arg("reuse_limit") = 5);
  query.def("alarm_page", &page, py::kw_only(), py::arg("where") = "", py::arg("run") = "", py::arg("kind") = "",
            py::arg("at_least") = "note", py::arg("limit") = py::none(), py::arg("order_by") = "",
            py::arg("after") = "", py::call_guard<Released>());
  query.def("alarm_table", &table, py::kw_only(), py::arg("where") = "", py::arg("run") = "", py::arg("kind") = "",
            py::arg("at_least") = "note", py::arg("limit") = py::none(), py::arg("order_by") = "",
            py::arg("after") = "", py::arg("fields") = std::vector<std::string>(), py::call_guard<Released>());
}

}  // namespace mltrack::python
