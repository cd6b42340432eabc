#include "arrow_table.hpp"

#include <cerrno>
#include <cstring>
#include <limits>

#include "arrow.hpp"

namespace mltrack::python {
namespace {

using Type = TableColumn::Type;
using Bytes = std::vector<std::uint8_t>;

/// The values of a column as Arrow holds them; no validity bits where nothing is missing.
struct Held {
  std::string name;
  std::string format{};
  std::vector<Bytes> buffers{};
  std::int64_t rows = 0;
  std::int64_t missing = 0;
};

using Columns = std::shared_ptr<const std::vector<Held>>;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <class Bit>
Bytes bits(std::size_t rows, Bit&& bit) {
  Bytes bytes((rows + 7) / 8);
  for (std::size_t row = 0; row < rows; ++row)
    if (bit(row)) bytes[row / 8] = static_cast<std::uint8_t>(bytes[row / 8] | 1U << row % 8);
  return bytes;
}

/// Arrow's texts are UTF-8, ours may hold lone surrogates.
std::string valid_utf8(const std::string& text) {
  const auto decoded = py::reinterpret_steal<py::object>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
  if (!decoded) throw py::error_already_set();
  return decoded.cast<std::string>();
}

bool is_ascii(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) > 0x7f) return false;
  return true;
}

template <class Offset>
std::vector<Bytes> text_buffers(const std::vector<std::string>& texts) {
  std::vector<Offset> offsets = {0};
  Bytes all;
  for (const std::string& text : texts) {
    all.insert(all.end(), text.begin(), text.end());
    offsets.push_back(static_cast<Offset>(all.size()));
  }
  return {bytes_of(offsets), std::move(all)};
}

void hold_texts(Held& held, const TableColumn& column) {
  std::vector<std::string> texts;
  std::size_t size = 0;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const std::string& text = column.texts[row];
    texts.push_back(column.missing[row] ? std::string() : is_ascii(text) ? text : valid_utf8(text));
    size += texts.back().size();
  }
  const bool large = size > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  held.format = large ? "U" : "u";
  for (Bytes& buffer : large ? text_buffers<std::int64_t>(texts) : text_buffers<std::int32_t>(texts))
    held.buffers.push_back(std::move(buffer));
}

Held hold(const TableColumn& column) {
  Held held{.name = valid_utf8(column.name), .rows = static_cast<std::int64_t>(column.rows())};
  for (const bool missing : column.missing) held.missing += missing;
  held.buffers.push_back(held.missing == 0 ? Bytes()
                                           : bits(column.rows(), [&](auto row) { return !column.missing[row]; }));
  switch (column.type) {
    case Type::boolean:
      held.format = "b";
      held.buffers.push_back(bits(column.rows(), [&](auto row) { return column.integers[row] != 0; }));
      break;
    case Type::integer:
    case Type::time:
      held.format = column.type == Type::time ? "tsu:UTC" : "l";
      held.buffers.push_back(bytes_of(column.integers));
      break;
    case Type::number:
      held.format = "g";
      held.buffers.push_back(bytes_of(column.numbers));
      break;
    case Type::text:
      hold_texts(held, column);
      break;
  }
  return held;
}

// Each structure owns what hangs on it; a child's private data is its parent's.

struct SchemaOwner {
  Columns columns;
  std::vector<ArrowSchema> fields;
  std::vector<ArrowSchema*> children;
};

struct ArrayOwner {
  Columns columns;
  std::vector<std::vector<const void*>> buffers;
  std::vector<ArrowArray> fields;
  std::vector<ArrowArray*> children;
  const void* no_validity = nullptr;
};

template <class Struct>
void release_child(Struct* child) {
  child->release = nullptr;
}

template <class Struct, class Owner>
void release_owner(Struct* held) {
  const std::unique_ptr<Owner> owner(static_cast<Owner*>(held->private_data));
  for (Struct* child : owner->children)
    if (child->release) child->release(child);
  held->release = nullptr;
}

void fill_schema(const Columns& columns, ArrowSchema* out) {
  constexpr std::int64_t nullable = 2;
  auto owner = std::make_unique<SchemaOwner>();
  owner->columns = columns;
  for (const Held& held : *columns)
    owner->fields.push_back({.format = held.format.c_str(),
                             .name = held.name.c_str(),
                             .metadata = nullptr,
                             .flags = nullable,
                             .n_children = 0,
                             .children = nullptr,
                             .dictionary = nullptr,
                             .release = release_child<ArrowSchema>,
                             .private_data = nullptr});
  for (ArrowSchema& field : owner->fields) owner->children.push_back(&field);
  *out = {.format = "+s",
          .name = "",
          .metadata = nullptr,
          .flags = 0,
          .n_children = static_cast<std::int64_t>(owner->children.size()),
          .children = owner->children.data(),
          .dictionary = nullptr,
          .release = release_owner<ArrowSchema, SchemaOwner>,
          .private_data = owner.get()};
  owner.release();
}

void fill_array(const Columns& columns, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  owner->columns = columns;
  for (const Held& held : *columns) {
    auto& buffers = owner->buffers.emplace_back();
    for (const Bytes& buffer : held.buffers) buffers.push_back(buffer.data());
    if (held.missing == 0) buffers.front() = nullptr;
    owner->fields.push_back({.length = held.rows,
                             .null_count = held.missing,
                             .offset = 0,
                             .n_buffers = static_cast<std::int64_t>(buffers.size()),
                             .n_children = 0,
                             .buffers = nullptr,
                             .children = nullptr,
                             .dictionary = nullptr,
                             .release = release_child<ArrowArray>,
                             .private_data = nullptr});
  }
  for (std::size_t i = 0; i < owner->fields.size(); ++i) {
    owner->fields[i].buffers = owner->buffers[i].data();
    owner->children.push_back(&owner->fields[i]);
  }
  *out = {.length = columns->empty() ? 0 : columns->front().rows,
          .null_count = 0,
          .offset = 0,
          .n_buffers = 1,
          .n_children = static_cast<std::int64_t>(owner->children.size()),
          .buffers = &owner->no_validity,
          .children = owner->children.data(),
          .dictionary = nullptr,
          .release = release_owner<ArrowArray, ArrayOwner>,
          .private_data = owner.get()};
  owner.release();
}

struct StreamOwner {
  Columns columns;
  bool done = false;
};

StreamOwner& owner_of(ArrowArrayStream* stream) { return *static_cast<StreamOwner*>(stream->private_data); }

template <class Fill>
int filled(Fill&& fill) noexcept {
  try {
    fill();
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  return filled([&] { fill_schema(owner_of(stream).columns, out); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  StreamOwner& owner = owner_of(stream);
  if (owner.done) {
    *out = {};
    return 0;
  }
  owner.done = true;
  return filled([&] { fill_array(owner.columns, out); });
}

void release_stream(ArrowArrayStream* stream) {
  const std::unique_ptr<StreamOwner> owner(&owner_of(stream));
  stream->release = nullptr;
}

void release_capsule(PyObject* capsule) {
  const std::unique_ptr<ArrowArrayStream> stream(
      static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream")));
  if (stream->release) stream->release(stream.get());
}

}  // namespace

py::capsule arrow_stream(const Table& table) {
  auto columns = std::make_shared<std::vector<Held>>();
  for (const TableColumn& column : table.columns) columns->push_back(hold(column));
  auto owner = std::make_unique<StreamOwner>(StreamOwner{.columns = std::move(columns)});
  auto stream = std::make_unique<ArrowArrayStream>(
      ArrowArrayStream{.get_schema = get_schema,
                       .get_next = get_next,
                       .get_last_error = [](ArrowArrayStream*) -> const char* { return "out of memory"; },
                       .release = release_stream,
                       .private_data = owner.get()});
  owner.release();
  py::capsule capsule(stream.get(), "arrow_array_stream", release_capsule);
  stream.release();
  return capsule;
}

}  // namespace mltrack::python
