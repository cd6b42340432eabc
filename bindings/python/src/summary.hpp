#pragma once

#include <optional>
#include <string>

#include "bind.hpp"

namespace mltrack::python {

/// `module.qualname` of a class.
std::string class_name(PyTypeObject* type);

/// The dotted name of a class, function, builtin or numpy ufunc; nothing for other objects.
std::optional<std::string> callable_name(py::handle object);

/// True for numpy's scalars, without importing numpy.
bool is_numpy_scalar(py::handle object);

/// What a person would recognise the object by: its class, and its `repr` where the class has one of its own, without
/// memory addresses. Arrays are summed up by dtype, shape and digest, estimators by their class alone, because their
/// parameters are recorded beside them.
std::string summary(py::handle object);

}  // namespace mltrack::python
