#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/mltrack.hpp>

namespace mltrack::python {

namespace py = pybind11;

void bind_errors(py::module_& module);
void bind_graph(py::module_& module);
void bind_dataset(py::module_& module);
void bind_call(py::module_& module);
void bind_run(py::module_& module);
py::class_<Tracker> bind_tracker(py::module_& module);
void bind_nodes(py::module_& module);
void bind_table(py::module_& module);
void bind_format(py::module_& module);
void bind_trial(py::module_& module);
void bind_environment(py::module_& module);
py::class_<Query> bind_query(py::module_& module);
/// The questions that are answered in rows, and the chain of steps behind a model.
void bind_questions(py::module_& module, py::class_<Query>& query);
/// Documents of runs, written and read.
void bind_document(py::module_& module, py::class_<Tracker>& tracker);
/// Results of the search for leakage, and the two that give them.
void bind_alarms(py::module_& module, py::class_<Tracker>& tracker, py::class_<Query>& query);

/// A Python object as a parameter value: exact where the model has a form for it, else a bounded summary that holds no
/// memory address. Runs the object's own code only for its `repr` and never raises because of it.
Value to_value(py::handle object);
Params to_params(py::handle mapping);

/// The value as Python's own type; class names and summaries come as the str subclasses of mltrack._values.
py::object to_python(const Value& value);
py::object to_python(const Params& params);

/// Text in either direction; lone surrogates survive.
std::string to_utf8(py::handle text);
py::str to_text(std::string_view utf8);

/// Hexadecimal digits, or None for no digest.
Digest to_digest(py::handle hex);
py::object to_hex(const Digest& digest);

/// A reference, or None for one that names nothing.
NodeRef to_ref(py::handle object);
py::object to_python(const NodeRef& ref);

/// What a fitted model says about itself, as plain tuples: (features, values, series) where features are (taken, made,
/// names_in, names_out, sources, assumed, after) or None, a source is the five positions of FeatureSource and
/// `through`, a value is (name, shape, items or None) and a series (name, numbers). Answers have no series.
std::shared_ptr<const Fitted> to_fitted(const py::sequence& given);
py::tuple to_python(const Fitted& fitted);

/// (model, through, assumed) of each.
py::list to_python(const std::vector<ColumnUse>& uses);

/// Releases the interpreter for the lifetime of the object.
using Released = py::gil_scoped_release;

}  // namespace mltrack::python
