#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

py::object text_or_none(const std::string& text) { return text.empty() ? py::object(py::none()) : to_text(text); }

template <class Class>
auto text_of(std::string Class::*member) {
  return [member](const Class& self) { return text_or_none(self.*member); };
}

template <class Class>
auto texts_of(std::map<std::string, std::string> Class::*member) {
  return [member](const Class& self) {
    py::dict out;
    for (const auto& [name, text] : self.*member) out[to_text(name)] = to_text(text);
    return out;
  };
}

CodeInfo code_info(py::handle digest, std::string script, std::string vcs, std::string branch,
                   std::optional<bool> dirty, std::string remote, std::string folder,
                   std::vector<std::string> arguments, std::optional<std::int64_t> execution_count) {
  return {.digest = to_digest(digest),
          .script = std::move(script),
          .vcs = std::move(vcs),
          .branch = std::move(branch),
          .dirty = dirty,
          .remote = std::move(remote),
          .folder = std::move(folder),
          .arguments = std::move(arguments),
          .execution_count = execution_count};
}

py::list arguments(const CodeInfo& code) {
  py::list out;
  for (const std::string& argument : code.arguments) out.append(to_text(argument));
  return out;
}

py::list inputs(const DumpInfo& dump) {
  py::list out;
  for (const InputColumn& input : dump.inputs)
    out.append(py::make_tuple(input.name ? py::object(to_text(*input.name)) : py::none(), text_or_none(input.type)));
  return out;
}

void bind_code(py::module_& module) {
  py::class_<CodeInfo>(module, "CodeInfo")
      .def(py::init(&code_info), py::kw_only(), py::arg("digest") = py::none(), py::arg("script") = "",
           py::arg("vcs") = "", py::arg("branch") = "", py::arg("dirty") = py::none(), py::arg("remote") = "",
           py::arg("folder") = "", py::arg("arguments") = std::vector<std::string>(),
           py::arg("execution_count") = py::none())
      .def_property_readonly("digest", [](const CodeInfo& code) { return to_hex(code.digest); })
      .def_property_readonly("script", text_of(&CodeInfo::script))
      .def_property_readonly("vcs", text_of(&CodeInfo::vcs))
      .def_property_readonly("branch", text_of(&CodeInfo::branch))
      .def_readonly("dirty", &CodeInfo::dirty)
      .def_property_readonly("remote", text_of(&CodeInfo::remote))
      .def_property_readonly("diff", [](const CodeInfo& code) { return to_hex(code.diff); })
      .def_property_readonly("folder", text_of(&CodeInfo::folder))
      .def_property_readonly("arguments", &arguments)
      .def_readonly("execution_count", &CodeInfo::execution_count)
      .def("__repr__", [](const CodeInfo& code) {
        const std::string state = code.dirty.value_or(false) ? ", dirty" : "";
        return to_text("<code " + code.script + (code.vcs.empty() ? "" : " at " + code.vcs.substr(0, 10)) + state +
                       ">");
      });
}

void bind_environment_info(py::module_& module) {
  using Texts = std::map<std::string, std::string>;
  py::class_<EnvironmentInfo>(module, "EnvironmentInfo")
      .def(py::init([](std::string language, std::string os, std::string machine, std::string processor,
                       std::optional<std::int64_t> cores, std::optional<std::int64_t> memory_bytes, Texts packages,
                       Texts variables) {
             return EnvironmentInfo{
                 std::move(language), std::move(os),       std::move(machine),  std::move(processor), cores,
                 memory_bytes,        std::move(packages), std::move(variables)};
           }),
           py::kw_only(), py::arg("language") = "", py::arg("os") = "", py::arg("machine") = "",
           py::arg("processor") = "", py::arg("cores") = py::none(), py::arg("memory_bytes") = py::none(),
           py::arg("packages") = Texts(), py::arg("variables") = Texts())
      .def_property_readonly("language", text_of(&EnvironmentInfo::language))
      .def_property_readonly("os", text_of(&EnvironmentInfo::os))
      .def_property_readonly("machine", text_of(&EnvironmentInfo::machine))
      .def_property_readonly("processor", text_of(&EnvironmentInfo::processor))
      .def_readonly("cores", &EnvironmentInfo::cores)
      .def_readonly("memory_bytes", &EnvironmentInfo::memory_bytes)
      .def_property_readonly("packages", texts_of(&EnvironmentInfo::packages))
      .def_property_readonly("variables", texts_of(&EnvironmentInfo::variables))
      .def("__repr__", [](const EnvironmentInfo& environment) {
        return to_text("<environment " + environment.language + ", " + environment.os + ", " +
                       std::to_string(environment.packages.size()) + " packages>");
      });
}

void bind_dump(py::module_& module) {
  using Texts = std::map<std::string, std::string>;
  using Inputs = std::vector<std::pair<std::optional<std::string>, std::string>>;
  py::class_<DumpInfo>(module, "DumpInfo")
      .def(py::init([](std::string format, std::string media_type, std::string name, std::string language,
                       Texts packages, const Inputs& inputs, std::optional<std::int64_t> columns) {
             DumpInfo info{std::move(format),
                           std::move(media_type),
                           std::move(name),
                           std::move(language),
                           std::move(packages),
                           {},
                           columns};
             for (const auto& [label, type] : inputs) info.inputs.push_back({label, type});
             return info;
           }),
           py::kw_only(), py::arg("format"), py::arg("media_type") = "", py::arg("name") = "", py::arg("language") = "",
           py::arg("packages") = Texts(), py::arg("inputs") = Inputs(), py::arg("columns") = py::none())
      .def_property_readonly("format", text_of(&DumpInfo::format))
      .def_property_readonly("media_type", text_of(&DumpInfo::media_type))
      .def_property_readonly("name", text_of(&DumpInfo::name))
      .def_property_readonly("language", text_of(&DumpInfo::language))
      .def_property_readonly("packages", texts_of(&DumpInfo::packages))
      .def_property_readonly("inputs", &inputs)
      .def_readonly("columns", &DumpInfo::columns)
      .def("__repr__", [](const DumpInfo& dump) { return to_text("<dump " + dump.format + ">"); });
}

}  // namespace

void bind_environment(py::module_& module) {
  bind_code(module);
  bind_environment_info(module);
  bind_dump(module);
}

}  // namespace mltrack::python
