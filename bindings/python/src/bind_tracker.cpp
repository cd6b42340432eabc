#include <pybind11/stl.h>

#include "bind.hpp"

namespace mltrack::python {
namespace {

Durability parse_durability(const std::string& word) {
  if (word == "normal") return Durability::normal;
  if (word == "full") return Durability::full;
  throw Error(ErrorCode::invalid_argument, "'" + word + "' is not a durability; use normal or full");
}

std::string path_text(py::handle path) {
  const py::bytes bytes = py::module_::import("os").attr("fsencode")(path);
  return bytes;
}

Tracker open(py::handle path, bool read_only, bool create, const std::string& durability, int wait_ms) {
  const std::string where = path_text(path);
  const OpenOptions options{read_only, create, parse_durability(durability), wait_ms};
  const Released released;
  return Tracker::open(where, options);
}

Run start_run(Tracker& tracker, const std::string& project, const std::string& experiment, const std::string& name,
              const std::map<std::string, std::string>& tags, py::handle part_of, std::int64_t part_call) {
  RunInfo info{project, experiment, name, tags, {}, part_call};
  if (!part_of.is_none()) info.part_of = Uid::parse(to_utf8(part_of));
  const Released released;
  return tracker.start_run(info);
}

py::object file_path(const std::filesystem::path& path) {
  return py::module_::import("os").attr("fsdecode")(py::bytes(path.native()));
}

}  // namespace

py::class_<Tracker> bind_tracker(py::module_& module) {
  py::class_<Tracker> tracker(module, "Tracker");
  tracker.def(py::init<const Tracker&>(), py::arg("tracker"))
      .def_static("open", &open, py::arg("path"), py::kw_only(), py::arg("read_only") = false, py::arg("create") = true,
                  py::arg("durability") = "normal", py::arg("wait_ms") = 10'000)
      .def_static("default_path", [] { return file_path(Tracker::default_path()); })
      .def("start_run", &start_run, py::arg("project") = "", py::arg("experiment") = "", py::kw_only(),
           py::arg("name") = "", py::arg("tags") = std::map<std::string, std::string>(),
           py::arg("part_of") = py::none(), py::arg("part_call") = -1)
      .def(
          "attach",
          [](Tracker& self, const std::string& uid) {
            const Uid run = Uid::parse(uid);
            const Released released;
            return self.attach(run);
          },
          py::arg("uid"))
      .def(
          "set_tag",
          [](Tracker& self, const std::string& key, const std::string& value, const std::vector<NodeRef>& nodes) {
            const Released released;
            self.set_tag(key, value, nodes);
          },
          py::arg("key"), py::arg("value"), py::arg("nodes"))
      .def(
          "log_note",
          [](Tracker& self, const std::string& text, const std::vector<NodeRef>& nodes, const std::string& author) {
            const Released released;
            self.log_note(text, nodes, author);
          },
          py::arg("text"), py::arg("nodes"), py::kw_only(), py::arg("author") = "")
      .def("query", &Tracker::query)
      .def(
          "backup",
          [](const Tracker& self, py::handle to) {
            const std::string where = path_text(to);
            const Released released;
            self.backup(where);
          },
          py::arg("to"))
      .def(
          "read_object",
          [](const Tracker& self, const std::string& sha256) {
            const Digest digest = Digest::parse(sha256);
            std::vector<std::uint8_t> bytes;
            {
              const Released released;
              bytes = self.read_object(digest);
            }
            return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
          },
          py::arg("sha256"))
      .def_property_readonly("path", [](const Tracker& self) { return file_path(self.path()); })
      .def_property_readonly("read_only", &Tracker::read_only)
      .def("close", &Tracker::close, py::call_guard<Released>());
  return tracker;
}

}  // namespace mltrack::python
