#include <pybind11/stl.h>

#include "bind_call.hpp"

namespace mltrack::python {
namespace {

MetricInfo metric_info(std::optional<std::int64_t> step, py::handle subject, py::handle dataset) {
  return {to_ref(subject), to_ref(dataset), step};
}

NodeRef parent_ref(py::handle parent) {
  if (py::isinstance<OpenCall>(parent)) return parent.cast<const OpenCall&>().call.ref();
  return to_ref(parent);
}

CallInfo call_info(std::string op, std::string estimator, py::handle params, std::vector<Flow> inputs, py::handle name,
                   py::handle parent, std::string source) {
  CallInfo info;
  info.op = std::move(op);
  info.estimator = std::move(estimator);
  info.params = to_params(params);
  info.inputs = std::move(inputs);
  info.name = to_utf8(name);
  info.parent = CallRef{parent_ref(parent)};
  info.source = std::move(source);
  return info;
}

std::unique_ptr<OpenCall> begin(Run& run, std::string op, std::string estimator, py::handle params,
                                std::vector<Flow> inputs, py::handle name, py::handle parent, std::string source,
                                std::optional<int> wait_ms) {
  CallInfo info =
      call_info(std::move(op), std::move(estimator), params, std::move(inputs), name, parent, std::move(source));
  info.wait_ms = wait_ms;
  const Released released;
  return std::make_unique<OpenCall>(OpenCall{run.begin(std::move(info))});
}

py::tuple record_call(Run& run, std::string op, std::string estimator, py::handle params, std::vector<Flow> inputs,
                      std::vector<Flow> outputs, std::vector<CallMetric> metrics, py::handle model_digest,
                      std::int64_t took_us, std::int64_t overhead_us, py::handle name, py::handle parent,
                      std::string source, std::optional<int> wait_ms) {
  CallInfo info =
      call_info(std::move(op), std::move(estimator), params, std::move(inputs), name, parent, std::move(source));
  info.wait_ms = wait_ms;
  CallResult result{to_digest(model_digest), std::move(outputs), std::move(metrics), took_us, overhead_us};
  LoggedCall logged;
  {
    const Released released;
    logged = run.record_call(std::move(info), std::move(result));
  }
  return py::make_tuple(NodeRef(logged.call), refs(logged.inputs), refs(logged.outputs));
}

void log_metric(Run& run, const std::string& name, double value, std::optional<std::int64_t> step, py::handle subject,
                py::handle dataset) {
  const MetricInfo info = metric_info(step, subject, dataset);
  const Released released;
  run.log_metric(name, value, info);
}

void log_metrics(Run& run, const std::map<std::string, double>& metrics, std::optional<std::int64_t> step,
                 py::handle subject, py::handle dataset) {
  const MetricInfo info = metric_info(step, subject, dataset);
  const Released released;
  run.log_metrics(metrics, info);
}

void log_param(Run& run, py::handle name, py::handle value) {
  const std::string text = to_utf8(name);
  const Value converted = to_value(value);
  const Released released;
  run.log_param(text, converted);
}

void log_params(Run& run, py::handle params) {
  const Params converted = to_params(params);
  const Released released;
  run.log_params(converted);
}

NodeRef log_artifact(Run& run, const std::string& path, std::string name, std::string media_type,
                     std::vector<Source> sources, bool store) {
  const ArtifactInfo info{path, std::move(name), std::move(media_type), std::move(sources), store};
  const Released released;
  return run.log_artifact(info);
}

NodeRef log_model(Run& run, std::string estimator, std::string name, py::handle digest, std::vector<Source> sources) {
  const ModelInfo info{std::move(estimator), std::move(name), to_digest(digest), std::move(sources)};
  const Released released;
  return run.log_model(info);
}

py::list log_trials(Run& run, py::handle parent, std::string estimator, std::vector<Flow> inputs,
                    std::vector<Trial> trials, std::vector<FoldRows> rows, std::optional<int> wait_ms) {
  const TrialsInfo info{CallRef{parent_ref(parent)}, std::move(estimator), std::move(inputs),
                        std::move(trials),           std::move(rows),      wait_ms};
  std::vector<NodeRef> models;
  {
    const Released released;
    models = run.log_trials(info);
  }
  return refs(models);
}

NodeRef log_dump(Run& run, py::handle model, const py::buffer& data, const DumpInfo& info) {
  const py::buffer_info bytes = data.request();
  const auto size = static_cast<std::size_t>(bytes.size * bytes.itemsize);
  const ModelRef of{to_ref(model)};
  const Released released;
  return run.log_dump(of, {static_cast<const std::uint8_t*>(bytes.ptr), size}, info);
}

void log_code(Run& run, const CodeInfo& info, const std::string& diff, std::optional<int> wait_ms) {
  const Released released;
  run.log_code(info, diff, wait_ms);
}

RunStatus parse_status(const std::string& word) {
  for (const RunStatus status : {RunStatus::finished, RunStatus::failed, RunStatus::interrupted}) {
    if (word == to_string(status)) return status;
  }
  throw Error(ErrorCode::invalid_argument,
              "'" + word + "' is not a status a run can end with; use finished, failed or interrupted");
}

void finish(Run& run, const std::string& word) {
  const RunStatus status = parse_status(word);
  const Released released;
  run.finish(status);
}

void bind_writing(py::class_<Run>& run) {
  run.def("log_param", &log_param, py::arg("name"), py::arg("value"))
      .def("log_params", &log_params, py::arg("params"))
      .def("log_metric", &log_metric, py::arg("name"), py::arg("value"), py::kw_only(), py::arg("step") = py::none(),
           py::arg("subject") = py::none(), py::arg("dataset") = py::none())
      .def("log_metrics", &log_metrics, py::arg("metrics"), py::kw_only(), py::arg("step") = py::none(),
           py::arg("subject") = py::none(), py::arg("dataset") = py::none())
      .def("log_node", &Run::log_node, py::arg("flow"), py::call_guard<Released>())
      .def("log_artifact", &log_artifact, py::arg("path"), py::kw_only(), py::arg("name") = "",
           py::arg("media_type") = "", py::arg("sources") = std::vector<Source>(), py::arg("store") = true)
      .def("log_model", &log_model, py::arg("estimator"), py::kw_only(), py::arg("name") = "",
           py::arg("digest") = py::none(), py::arg("sources") = std::vector<Source>())
      .def("log_dump", &log_dump, py::arg("model"), py::arg("data"), py::arg("info"))
      .def("log_code", &log_code, py::arg("info"), py::arg("diff") = py::bytes(), py::arg("wait_ms") = py::none())
      .def("log_environment", &Run::log_environment, py::arg("info"), py::arg("wait_ms") = py::none(),
           py::call_guard<Released>())
      .def(
          "set_tag",
          [](Run& self, const std::string& key, const std::string& value, py::handle node) {
            const NodeRef ref = to_ref(node);
            const Released released;
            self.set_tag(key, value, ref);
          },
          py::arg("key"), py::arg("value"), py::arg("node") = py::none())
      .def(
          "log_note",
          [](Run& self, const std::string& text, py::handle node, const std::string& author) {
            const NodeRef ref = to_ref(node);
            const Released released;
            self.log_note(text, ref, author);
          },
          py::arg("text"), py::kw_only(), py::arg("node") = py::none(), py::arg("author") = "");
}

void bind_calls(py::class_<Run>& run) {
  run.def("begin", &begin, py::arg("op"), py::arg("estimator") = "", py::arg("params") = py::dict(),
          py::arg("inputs") = std::vector<Flow>(), py::arg("name") = "", py::arg("parent") = py::none(),
          py::arg("source") = "", py::arg("wait_ms") = py::none())
      .def("record_call", &record_call, py::arg("op"), py::arg("estimator") = "", py::arg("params") = py::dict(),
           py::arg("inputs") = std::vector<Flow>(), py::arg("outputs") = std::vector<Flow>(),
           py::arg("metrics") = std::vector<CallMetric>(), py::arg("model_digest") = py::none(),
           py::arg("took_us") = -1, py::arg("overhead_us") = 0, py::arg("name") = "", py::arg("parent") = py::none(),
           py::arg("source") = "", py::arg("wait_ms") = py::none())
      .def("log_trials", &log_trials, py::arg("parent"), py::arg("estimator"), py::kw_only(),
           py::arg("inputs") = std::vector<Flow>(), py::arg("trials"), py::arg("rows") = std::vector<FoldRows>(),
           py::arg("wait_ms") = py::none());
}

void bind_batch(py::module_& module) {
  py::class_<Batch>(module, "Batch")
      .def(
          "log_metric",
          [](Batch& self, const std::string& name, double value, std::optional<std::int64_t> step, py::handle subject,
             py::handle dataset) {
            const MetricInfo info = metric_info(step, subject, dataset);
            const Released released;
            self.log_metric(name, value, info);
          },
          py::arg("name"), py::arg("value"), py::kw_only(), py::arg("step") = py::none(),
          py::arg("subject") = py::none(), py::arg("dataset") = py::none())
      .def(
          "log_param",
          [](Batch& self, py::handle name, py::handle value) {
            const std::string text = to_utf8(name);
            const Value converted = to_value(value);
            const Released released;
            self.log_param(text, converted);
          },
          py::arg("name"), py::arg("value"))
      .def("set_tag", &Batch::set_tag, py::arg("key"), py::arg("value"), py::call_guard<Released>())
      .def("flush", &Batch::flush, py::call_guard<Released>())
      .def("__enter__", [](py::object self) { return self; })
      .def("__exit__", [](Batch& self, const py::args&) {
        const Released released;
        self.flush();
      });
}

}  // namespace

void bind_run(py::module_& module) {
  bind_batch(module);
  py::class_<Run> run(module, "Run");
  // A subclass in Python takes over a run that the library started.
  run.def(py::init([](Run& other) { return Run(std::move(other)); }), py::arg("run"))
      .def_property_readonly("ref", [](const Run& self) { return NodeRef(self.ref()); })
      .def_property_readonly("uid", [](const Run& self) { return self.uid().str(); })
      .def_property_readonly("name", &Run::name)
      .def_property_readonly("project", &Run::project)
      .def_property_readonly("experiment", &Run::experiment)
      .def_property_readonly("status", [](const Run& self) { return to_string(self.status()); })
      .def("batch", &Run::batch)
      .def("flush", &Run::flush, py::call_guard<Released>())
      .def("finish", &finish, py::arg("status") = "finished")
      .def("detach", &Run::detach, py::call_guard<Released>());
  bind_writing(run);
  bind_calls(run);
}

}  // namespace mltrack::python
