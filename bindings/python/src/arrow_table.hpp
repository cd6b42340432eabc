#pragma once

#include "bind.hpp"

namespace mltrack::python {

/// A capsule with a stream of the table in Arrow's C interface, in one piece: bool, int64, float64, utf8 (large_utf8
/// beyond 2 GiB) and timestamp[us, UTC]. It has its own copy of the values, so that it outlives the table and needs no
/// interpreter when it is released.
py::capsule arrow_stream(const Table& table);

}  // namespace mltrack::python
