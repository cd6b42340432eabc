#include <pybind11/stl.h>

#include "bind.hpp"
#include "columns.hpp"

namespace mltrack::python {
namespace {

using OfModels = Table (Query::*)(const Models&) const;

std::vector<Ref> to_refs(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

void bind_of_models(py::class_<Query>& query) {
  const std::pair<const char*, OfModels> questions[] = {{"training_rows", &Query::training_rows},
                                                        {"convergence", &Query::convergence},
                                                        {"problem_types", &Query::problem_types}};
  for (const auto& [name, question] : questions) {
    const auto ask = [question](const Query& asked, const std::vector<std::string>& refs, const std::string& where) {
      return (asked.*question)({to_refs(refs), where});
    };
    query.def(name, ask, py::arg("refs"), py::kw_only(), py::arg("where") = "", py::call_guard<Released>());
  }
}

void bind_side_by_side(py::class_<Query>& query) {
  using SideBySide = Table (Query::*)(const std::vector<Ref>&, bool) const;
  const std::pair<const char*, SideBySide> questions[] = {{"compare_params", &Query::compare_params},
                                                          {"compare_features", &Query::compare_features}};
  for (const auto& [name, question] : questions) {
    const auto ask = [question](const Query& asked, const std::vector<std::string>& refs, bool only_differences) {
      return (asked.*question)(to_refs(refs), only_differences);
    };
    query.def(name, ask, py::arg("refs"), py::kw_only(), py::arg("only_differences") = false,
              py::call_guard<Released>());
  }
  query.def(
      "compare_importances",
      [](const Query& asked, const std::vector<std::string>& refs) { return asked.compare_importances(to_refs(refs)); },
      py::arg("refs"), py::call_guard<Released>());
}

void bind_of_one(py::class_<Query>& query) {
  using Text = const std::string&;
  query
      .def(
          "features", [](const Query& asked, Text model, bool original) { return asked.features(model, original); },
          py::arg("model"), py::kw_only(), py::arg("original") = false, py::call_guard<Released>())
      .def(
          "similar",
          [](const Query& asked, Text model, std::optional<std::size_t> limit) { return asked.similar(model, limit); },
          py::arg("model"), py::kw_only(), py::arg("limit") = py::none(), py::call_guard<Released>())
      .def(
          "importances", [](const Query& asked, Text model) { return asked.importances(model); }, py::arg("model"),
          py::call_guard<Released>());
}

void bind_rank(py::class_<Query>& query) {
  query.def(
      "rank",
      [](const Query& asked, const std::string& metric, const std::vector<std::string>& refs,
         const std::optional<std::string>& on, bool smallest_first, const std::string& where,
         std::optional<std::size_t> limit) {
        return asked.rank({metric, on, smallest_first, {to_refs(refs), where}, limit});
      },
      py::arg("metric"), py::arg("refs"), py::kw_only(), py::arg("on") = py::none(), py::arg("smallest_first") = false,
      py::arg("where") = "", py::arg("limit") = py::none(), py::call_guard<Released>());
}

Table confidence_intervals(const Query& asked, const std::string& model, std::shared_ptr<Columns> X,
                           std::shared_ptr<Columns> y, double level) {
  const Released released;
  if (!X) return asked.confidence_intervals(model, level);
  return asked.confidence_intervals(model, TrainingData{X->view(), y ? y->view() : DatasetView()}, level);
}

void bind_chain(py::module_& module, py::class_<Query>& query) {
  py::class_<Step>(module, "Step")
      .def_readonly("model", &Step::model)
      .def_property_readonly("slot", [](const Step& step) { return to_text(step.slot); })
      .def_readonly("inside", &Step::inside);
  py::class_<Chain>(module, "Chain")
      .def_readonly("before", &Chain::before)
      .def_readonly("model", &Chain::model)
      .def_property_readonly("code", [](const Chain& chain) { return to_text(chain.code); })
      .def_readonly("notes", &Chain::notes)
      .def("to_json", [](const Chain& chain) { return to_json(chain); });
  query.def(
      "pipeline", [](const Query& asked, const std::string& model) { return asked.pipeline(model); }, py::arg("model"),
      py::call_guard<Released>());
}

}  // namespace

void bind_questions(py::module_& module, py::class_<Query>& query) {
  bind_of_models(query);
  bind_side_by_side(query);
  bind_of_one(query);
  bind_rank(query);
  bind_chain(module, query);
  query
      .def("confidence_intervals", &confidence_intervals, py::arg("model"), py::arg("X") = py::none(),
           py::arg("y") = py::none(), py::kw_only(), py::arg("level") = 0.95)
      .def(
          "overview", [](const Query& asked) { return asked.overview(); }, py::call_guard<Released>());
}

}  // namespace mltrack::python
