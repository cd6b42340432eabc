#pragma once

#include <pybind11/pybind11.h>

namespace mltrack::python {

namespace py = pybind11;

/// Adds the class StandIn and the count of its hooks' dropped errors.
void bind_stand_in(py::module_& module);

}  // namespace mltrack::python
