#include <pybind11/stl.h>

#include "bind.hpp"

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

}  // namespace

void bind_questions(py::class_<Query>& query) { bind_of_models(query); }

}  // namespace mltrack::python
