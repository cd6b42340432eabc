#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

using Positions = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, bool>;

std::vector<std::string> texts(py::handle given) {
  std::vector<std::string> out;
  for (const py::handle text : given) out.push_back(to_utf8(text));
  return out;
}

py::tuple to_texts(const std::vector<std::string>& given) {
  py::tuple out(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) out[i] = to_text(given[i]);
  return out;
}

FeatureSource to_source(const py::sequence& given) {
  const auto [out_pos, outs, in_pos, ins, one_to_one] = py::tuple(given[py::slice(0, 5, 1)]).cast<Positions>();
  return {out_pos, outs, in_pos, ins, one_to_one, texts(given[5])};
}

Features to_features(const py::sequence& given) {
  Features features{.taken = given[0].cast<std::optional<std::int64_t>>(),
                    .made = given[1].cast<std::optional<std::int64_t>>(),
                    .names_in = texts(given[2]),
                    .names_out = texts(given[3]),
                    .after = to_ref(py::object(given[6])),
                    .assumed = given[5].cast<bool>()};
  for (const py::handle source : py::object(given[4]))
    features.sources.push_back(to_source(py::reinterpret_borrow<py::sequence>(source)));
  return features;
}

FittedValue to_value_of(const py::sequence& given) {
  FittedValue value{.name = to_utf8(py::object(given[0])), .shape = given[1].cast<std::vector<std::int64_t>>()};
  const py::object items = given[2];
  if (items.is_none()) return value;
  value.values.emplace();
  for (const py::handle item : items) value.values->push_back(to_value(item));
  return value;
}

py::tuple from_features(const Features& features) {
  py::list sources;
  for (const FeatureSource& source : features.sources)
    sources.append(py::make_tuple(source.out_pos, source.outs, source.in_pos, source.ins, source.one_to_one,
                                  to_texts(source.through)));
  return py::make_tuple(features.taken, features.made, to_texts(features.names_in), to_texts(features.names_out),
                        sources, features.assumed, to_python(features.after));
}

py::object items_of(const FittedValue& value) {
  if (!value.values) return py::none();
  py::list out;
  for (const Value& item : *value.values) out.append(to_python(item));
  return out;
}

}  // namespace

std::shared_ptr<const Fitted> to_fitted(const py::sequence& given) {
  auto fitted = std::make_shared<Fitted>();
  const py::object features = given[0];
  if (!features.is_none()) fitted->features = to_features(features);
  for (const py::handle value : py::object(given[1]))
    fitted->values.push_back(to_value_of(py::reinterpret_borrow<py::sequence>(value)));
  for (const py::handle series : py::object(given[2])) {
    const auto pair = py::reinterpret_borrow<py::sequence>(series);
    fitted->series.push_back({to_utf8(py::object(pair[0])), pair[1].cast<std::vector<double>>()});
  }
  return fitted;
}

py::tuple to_python(const Fitted& fitted) {
  py::list values;
  for (const FittedValue& value : fitted.values)
    values.append(py::make_tuple(to_text(value.name), value.shape, items_of(value)));
  return py::make_tuple(fitted.features ? py::object(from_features(*fitted.features)) : py::none(), values);
}

py::list to_python(const std::vector<ColumnUse>& uses) {
  py::list out;
  for (const ColumnUse& use : uses) out.append(py::make_tuple(use.model, use.through, use.assumed));
  return out;
}

}  // namespace mltrack::python
