#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

std::vector<std::string> texts(const py::iterable& given) {
  std::vector<std::string> out;
  for (const py::handle text : given) out.push_back(to_utf8(text));
  return out;
}

py::list to_texts(const std::vector<std::string>& given) {
  py::list out;
  for (const std::string& text : given) out.append(to_text(text));
  return out;
}

FittedValue fitted_value(py::handle name, std::vector<std::int64_t> shape, py::handle values) {
  FittedValue value{.name = to_utf8(name), .shape = std::move(shape)};
  if (values.is_none()) return value;
  value.values.emplace();
  for (const py::handle item : values) value.values->push_back(to_value(item));
  return value;
}

py::object values_of(const FittedValue& value) {
  if (!value.values) return py::none();
  py::list out;
  for (const Value& item : *value.values) out.append(to_python(item));
  return out;
}

void bind_features(py::module_& module) {
  const auto source = [](std::int64_t out_pos, std::int64_t outs, std::int64_t in_pos, std::int64_t ins,
                         bool one_to_one, const py::iterable& through) {
    return FeatureSource{out_pos, outs, in_pos, ins, one_to_one, texts(through)};
  };
  py::class_<FeatureSource>(module, "FeatureSource")
      .def(py::init(source), py::arg("out_pos"), py::arg("outs"), py::arg("in_pos"), py::arg("ins"),
           py::arg("one_to_one"), py::arg("through") = py::tuple())
      .def_readonly("out_pos", &FeatureSource::out_pos)
      .def_readonly("outs", &FeatureSource::outs)
      .def_readonly("in_pos", &FeatureSource::in_pos)
      .def_readonly("ins", &FeatureSource::ins)
      .def_readonly("one_to_one", &FeatureSource::one_to_one)
      .def_property_readonly("through", [](const FeatureSource& self) { return to_texts(self.through); });
  const auto features = [](std::optional<std::int64_t> taken, std::optional<std::int64_t> made,
                           const py::iterable& names_in, const py::iterable& names_out,
                           std::vector<FeatureSource> sources, bool assumed, py::handle after) {
    return Features{taken, made, texts(names_in), texts(names_out), to_ref(after), assumed, std::move(sources)};
  };
  py::class_<Features>(module, "Features")
      .def(py::init(features), py::arg("taken"), py::arg("made"), py::arg("names_in"), py::arg("names_out"),
           py::arg("sources"), py::arg("assumed"), py::arg("after"))
      .def_readonly("taken", &Features::taken)
      .def_readonly("made", &Features::made)
      .def_property_readonly("names_in", [](const Features& self) { return to_texts(self.names_in); })
      .def_property_readonly("names_out", [](const Features& self) { return to_texts(self.names_out); })
      .def_readonly("sources", &Features::sources)
      .def_readonly("assumed", &Features::assumed)
      .def_property_readonly("after", [](const Features& self) { return to_python(self.after); });
}

}  // namespace

void bind_fitted(py::module_& module) {
  bind_features(module);
  py::class_<FittedValue>(module, "FittedValue")
      .def(py::init(&fitted_value), py::arg("name"), py::arg("shape"), py::arg("values"))
      .def_property_readonly("name", [](const FittedValue& self) { return to_text(self.name); })
      .def_readonly("shape", &FittedValue::shape)
      .def_property_readonly("values", &values_of);
  py::class_<FittedSeries>(module, "FittedSeries")
      .def(py::init([](py::handle name, std::vector<double> values) {
             return FittedSeries{to_utf8(name), std::move(values)};
           }),
           py::arg("name"), py::arg("values"));
  py::class_<Fitted, std::shared_ptr<Fitted>>(module, "Fitted")
      .def(py::init(
               [](std::optional<Features> features, std::vector<FittedValue> values, std::vector<FittedSeries> series) {
                 return std::make_shared<Fitted>(Fitted{std::move(features), std::move(values), std::move(series)});
               }),
           py::arg("features"), py::arg("values"), py::arg("series"))
      .def_readonly("features", &Fitted::features)
      .def_readonly("values", &Fitted::values);
  py::class_<ColumnUse>(module, "ColumnUse")
      .def_readonly("model", &ColumnUse::model)
      .def_readonly("through", &ColumnUse::through)
      .def_readonly("assumed", &ColumnUse::assumed);
}

}  // namespace mltrack::python
