#include "arrow.hpp"

namespace mltrack::python {
namespace {

constexpr const char* table_format = "+s";

}  // namespace

template <class Struct>
void ArrowData::Release<Struct>::operator()(Struct* held) const noexcept {
  if (held->release != nullptr) held->release(held);
  const std::unique_ptr<Struct> gone(held);
}

template struct ArrowData::Release<ArrowSchema>;
template struct ArrowData::Release<ArrowArray>;

// Moves a structure out of the capsule that an exporter made for us.
template <class Struct>
ArrowData::Held<Struct> ArrowData::take(const py::object& capsule, const char* name) {
  auto* from = static_cast<Struct*>(PyCapsule_GetPointer(capsule.ptr(), name));
  if (from == nullptr) throw py::error_already_set();
  Held<Struct> taken(std::make_unique<Struct>(*from).release());
  from->release = nullptr;
  return taken;
}

bool ArrowData::read_array(py::handle object) {
  const py::tuple capsules = object.attr("__arrow_c_array__")();
  if (capsules.size() != 2) return false;
  schema_ = take<ArrowSchema>(capsules[0], "arrow_schema");
  chunks_.push_back(take<ArrowArray>(capsules[1], "arrow_array"));
  return true;
}

bool ArrowData::read_stream(py::handle object) {
  const py::object capsule = object.attr("__arrow_c_stream__")();
  const Held<ArrowArrayStream> stream = take<ArrowArrayStream>(capsule, "arrow_array_stream");
  schema_ = Held<ArrowSchema>(std::make_unique<ArrowSchema>().release());
  if (stream->get_schema(stream.get(), schema_.get()) != 0) {
    schema_->release = nullptr;
    return false;
  }
  while (true) {
    Held<ArrowArray> chunk(std::make_unique<ArrowArray>().release());
    if (stream->get_next(stream.get(), chunk.get()) != 0) {
      chunk->release = nullptr;
      return false;
    }
    if (chunk->release == nullptr) return true;
    chunks_.push_back(std::move(chunk));
  }
}

std::optional<ArrowData> ArrowData::of(py::handle object) {
  ArrowData out;
  try {
    const bool has_array = py::hasattr(py::type::handle_of(object), "__arrow_c_array__");
    if (has_array ? out.read_array(object) : out.read_stream(object)) return out;
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_Exception)) throw;
  }
  return {};
}

bool ArrowData::is_table() const noexcept { return std::string_view(schema_->format) == table_format; }

std::optional<std::vector<ArrowField>> ArrowData::fields() const {
  std::vector<ArrowField> out;
  if (!is_table()) {
    ArrowField& field = out.emplace_back(ArrowField{schema_.get(), {}});
    for (const auto& chunk : chunks_) field.slices.push_back({chunk.get(), chunk->offset, chunk->length});
    return out;
  }
  for (const auto& chunk : chunks_) {
    if (chunk->n_buffers > 0 && chunk->buffers[0] != nullptr && chunk->null_count != 0) return {};
  }
  for (std::int64_t i = 0; i < schema_->n_children; ++i) {
    ArrowField& field = out.emplace_back(ArrowField{schema_->children[i], {}});
    for (const auto& chunk : chunks_) {
      const ArrowArray* child = chunk->children[i];
      field.slices.push_back({child, child->offset + chunk->offset, chunk->length});
    }
  }
  return out;
}

}  // namespace mltrack::python
