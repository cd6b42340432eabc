#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

using Closure = Lineage (Query::*)(const Ref&, std::optional<int>, std::optional<Kind>) const;

/// What a question answers while other threads of the interpreter run.
template <class Ask>
auto answered(Ask&& ask) {
  const Released released;
  return ask();
}

void bind_listings(py::class_<Query>& query) {
  const auto page = [](const Query& asked, const std::string& kind, const std::string& where,
                       const std::string& order_by, std::optional<std::size_t> limit, const std::string& after) {
    Page answer = asked.page(parse_kind(kind),
                             {.where = where, .order_by = order_by, .limit = limit.value_or(0), .after = after});
    return std::pair(std::move(answer.nodes), std::move(answer.next));
  };
  const auto table = [](const Query& asked, const std::string& kind, const std::string& where,
                        const std::string& order_by, std::optional<std::size_t> limit, const std::string& after,
                        std::vector<std::string> fields) {
    return asked.table(parse_kind(kind), {where, order_by, limit, after, std::move(fields)});
  };
  query.def("page", page, py::arg("kind"), py::kw_only(), py::arg("where") = "", py::arg("order_by") = "",
            py::arg("limit") = py::none(), py::arg("after") = "", py::call_guard<Released>());
  query.def("table", table, py::arg("kind"), py::kw_only(), py::arg("where") = "", py::arg("order_by") = "",
            py::arg("limit") = py::none(), py::arg("after") = "", py::arg("fields") = std::vector<std::string>(),
            py::call_guard<Released>());
}

void bind_closures(py::class_<Query>& query) {
  const std::pair<const char*, Closure> closures[] = {
      {"ancestors", &Query::ancestors}, {"descendants", &Query::descendants}, {"lineage", &Query::lineage}};
  for (const auto& [name, closure] : closures) {
    const auto ask = [closure](const Query& asked, const std::string& ref, std::optional<int> depth,
                               const std::string& kind) {
      return (asked.*closure)(ref, depth, kind.empty() ? std::nullopt : std::optional(parse_kind(kind)));
    };
    query.def(name, ask, py::arg("ref"), py::kw_only(), py::arg("depth") = py::none(), py::arg("kind") = "",
              py::call_guard<Released>());
  }
}

/// `see` gets a tuple and may stop the walk by returning False, or by raising.
std::int64_t walk(const Query& query, const std::string& ref, const std::optional<py::function>& see, bool up,
                  std::optional<int> depth, const std::string& kind) {
  const Walk walk{
      .ref = ref, .up = up, .depth = depth, .kind = kind.empty() ? std::nullopt : std::optional(parse_kind(kind))};
  if (!see) return answered([&] { return query.walk(walk); });
  return answered([&] {
    return query.walk(walk, [&](const Passed& node) {
      const py::gil_scoped_acquire held;
      const auto text = [](std::string_view word) -> py::object {
        if (word.empty()) return py::none();
        return py::str(word.data(), word.size());
      };
      const py::object answer = (*see)(py::make_tuple(text(node.ref), to_string(node.kind), text(node.op),
                                                      text(node.type), text(node.name), text(node.run)));
      return !answer.is(py::bool_(false));
    });
  });
}

}  // namespace

py::class_<Query> bind_query(py::module_& module) {
  py::class_<Query> query(module, "Query");
  bind_listings(query);
  bind_closures(query);
  bind_questions(module, query);
  query.def("walk", &walk, py::arg("ref"), py::arg("see") = py::none(), py::kw_only(), py::arg("up") = false,
            py::arg("depth") = py::none(), py::arg("kind") = "");
  using Text = const std::string&;
  query
      .def(
          "common_ancestor", [](const Query& asked, Text a, Text b) { return asked.common_ancestor(a, b); },
          py::arg("a"), py::arg("b"), py::call_guard<Released>())
      .def(
          "compare", [](const Query& asked, Text a, Text b) { return asked.compare(a, b); }, py::arg("a"), py::arg("b"),
          py::call_guard<Released>())
      .def(
          "explain", [](const Query& asked, Text a, Text b) { return asked.explain(a, b); }, py::arg("a"), py::arg("b"),
          py::call_guard<Released>())
      .def(
          "compare_all",
          [](const Query& asked, const std::vector<std::string>& refs, bool only_differences) {
            return asked.compare(std::vector<Ref>(refs.begin(), refs.end()), only_differences);
          },
          py::arg("refs"), py::arg("only_differences"), py::call_guard<Released>())
      .def(
          "node", [](const Query& asked, Text ref) { return asked.node(ref); }, py::arg("ref"),
          py::call_guard<Released>())
      .def(
          "details", [](const Query& asked, Text ref) { return asked.details(ref); }, py::arg("ref"),
          py::call_guard<Released>())
      .def(
          "trials",
          [](const Query& asked, Text ref) {
            StoredTrials stored = asked.trials(ref);
            return std::pair(std::move(stored.trials), std::move(stored.rows));
          },
          py::arg("ref"), py::call_guard<Released>())
      .def(
          "fitted",
          [](const Query& asked, Text ref) {
            const Fitted answer = answered([&] { return asked.fitted(ref); });
            return to_python(answer);
          },
          py::arg("ref"))
      .def(
          "uses_column",
          [](const Query& asked, Text name) {
            const auto answer = answered([&] { return asked.uses_column(name); });
            return to_python(answer);
          },
          py::arg("name"))
      .def(
          "points", [](const Query& asked, Text ref, Text metric) { return asked.points(ref, metric); }, py::arg("ref"),
          py::arg("metric"), py::call_guard<Released>());
  return query;
}

}  // namespace mltrack::python
