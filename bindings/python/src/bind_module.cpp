#include "bind.hpp"
#include "stand_in.hpp"

PYBIND11_MODULE(_core, module) {
  namespace python = mltrack::python;
  module.doc() = "The C++ library behind mltrack; use the names of the package instead.";
  module.attr("__version__") = mltrack::version();
  python::bind_errors(module);
  python::bind_graph(module);
  python::bind_dataset(module);
  python::bind_environment(module);
  python::bind_nodes(module);
  python::bind_table(module);
  python::bind_format(module);
  python::bind_call(module);
  python::bind_trial(module);
  python::bind_run(module);
  auto query = python::bind_query(module);
  auto tracker = python::bind_tracker(module);
  python::bind_alarms(module, tracker, query);
  python::bind_document(module, tracker);
  python::bind_stand_in(module);
}
