#pragma once

#include "bind.hpp"

namespace mltrack::python {

/// A call as Python holds it; `ended` lets a `with` block leave a call alone that was ended inside.
struct OpenCall {
  Call call;
  bool ended = false;
};

py::list refs(const std::vector<NodeRef>& nodes);

}  // namespace mltrack::python
