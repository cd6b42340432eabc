#include <pybind11/stl.h>

#include <cstring>

#include "bind.hpp"
#include "buffer.hpp"

namespace mltrack::python {
namespace {

std::vector<std::int64_t> row_numbers(py::handle numbers) {
  const std::optional<Buffer> buffer = Buffer::of(numbers);
  if (!buffer || buffer->scalar() != Scalar::int64 || PyBuffer_IsContiguous(&buffer->view(), 'C') == 0)
    throw Error(ErrorCode::invalid_argument, "row numbers come as one contiguous array of int64");
  const Py_buffer& view = buffer->view();
  std::vector<std::int64_t> rows(static_cast<std::size_t>(view.len) / sizeof(std::int64_t));
  if (!rows.empty()) std::memcpy(rows.data(), view.buf, static_cast<std::size_t>(view.len));
  return rows;
}

Trial trial(std::int64_t candidate, std::int64_t fold, std::int64_t rows, py::handle params,
            std::map<std::string, double> scores, std::optional<std::int64_t> fit_us,
            std::optional<std::int64_t> score_us, std::string error_type, py::handle error, std::optional<Flow> model) {
  return {candidate,
          fold,
          rows,
          to_params(params),
          std::move(scores),
          fit_us,
          score_us,
          std::move(error_type),
          to_utf8(error),
          std::move(model)};
}

}  // namespace

void bind_trial(py::module_& module) {
  py::class_<FoldRows>(module, "FoldRows")
      .def(py::init([](py::handle train, py::handle test) {
             return FoldRows{row_numbers(train), row_numbers(test)};
           }),
           py::arg("train"), py::arg("test"))
      .def_readonly("train", &FoldRows::train)
      .def_readonly("test", &FoldRows::test);
  py::class_<Trial>(module, "Trial")
      .def(py::init(&trial), py::arg("candidate"), py::arg("fold"), py::kw_only(), py::arg("rows") = -1,
           py::arg("params") = py::dict(), py::arg("scores") = std::map<std::string, double>(),
           py::arg("fit_us") = py::none(), py::arg("score_us") = py::none(), py::arg("error_type") = "",
           py::arg("error") = "", py::arg("model") = py::none());
  py::class_<StoredTrial>(module, "StoredTrial")
      .def_property_readonly("ref", [](const StoredTrial& self) { return NodeRef(self.call); })
      .def_readonly("candidate", &StoredTrial::candidate)
      .def_readonly("fold", &StoredTrial::fold)
      .def_readonly("rows", &StoredTrial::rows)
      .def_readonly("fit_us", &StoredTrial::fit_us)
      .def_readonly("score_us", &StoredTrial::score_us);
}

}  // namespace mltrack::python
