#include "digest/dataset.hpp"

#include <fmt/format.h>
#include <algorithm>

#include <mltrack/error.hpp>

#include "digest/columns.hpp"
#include "digest/plan.hpp"
#include "digest/stream.hpp"
#include "digest/workers.hpp"
#include "value/quoted.hpp"
#include "value/utf8.hpp"

namespace mltrack {
namespace {

constexpr std::size_t widest_panel = 128;
constexpr std::size_t narrowest_panel = 8;

ColumnDigest column_digest(const Measured& measured) {
  return {.name = {}, .type = measured.type, .digest = measured.digest, .varied = measured.varied};
}

void digest_panel(const kernel::Kernel& kernel, const Plan& plan, const Task& task, ColumnDigest* out) {
  std::vector<kernel::NumberState> states(task.count);
  const kernel::Panel panel{.columns = plan.numbers.data() + task.first,
                            .count = task.count,
                            .rows = plan.rows,
                            .stride_bytes = task.numbers.stride_bytes,
                            .scalar = task.numbers.scalar,
                            .missing = task.numbers.missing,
                            .missing_stride_bytes = task.numbers.missing_stride_bytes};
  for (kernel::NumberState& state : states) kernel.begin_numbers(panel.scalar, &state);
  kernel.numbers(&panel, states.data());
  for (std::size_t c = 0; c < task.count; ++c) {
    kernel::NumberState& state = states[c];
    kernel.finish(&state.hash, &state.digest);
    out[c].type = type_of(task.numbers.scalar);
    out[c].digest = state.present ? Digest(state.digest.bytes) : missing_digest(kernel, plan.rows);
    out[c].varied = state.breaks >= kernel::enough_breaks;
  }
}

Measured digest_pieces(const kernel::Kernel& kernel, const Pieces<Numbers>& pieces) {
  const Scalar scalar = pieces.front().scalar;
  kernel::NumberState state;
  kernel.begin_numbers(scalar, &state);
  std::size_t rows = 0;
  for (const Numbers& piece : pieces) {
    const void* const column = piece.data;
    const auto size = static_cast<std::ptrdiff_t>(size_of(scalar));
    const kernel::Panel panel{.columns = &column,
                              .count = 1,
                              .rows = piece.rows,
                              .stride_bytes = piece.stride_bytes != 0 ? piece.stride_bytes : size,
                              .scalar = scalar,
                              .missing = piece.missing,
                              .missing_stride_bytes = piece.missing_stride_bytes};
    kernel.numbers(&panel, &state);
    rows += piece.rows;
  }
  kernel.finish(&state.hash, &state.digest);
  return {state.present ? Digest(state.digest.bytes) : missing_digest(kernel, rows),
          state.breaks >= kernel::enough_breaks, type_of(scalar)};
}

struct MeasureOther {
  const kernel::Kernel& kernel;
  const ColumnView& column;
  Measured operator()(const Numbers& numbers) const { return digest_pieces(kernel, pieces_of(column, numbers)); }
  Measured operator()(const Times& times) const { return digest_times(kernel, pieces_of(column, times)); }
  Measured operator()(const Texts& texts) const { return digest_texts(kernel, pieces_of(column, texts)); }
  Measured operator()(const Mixed& mixed) const { return digest_mixed(kernel, mixed); }
};

void run(const kernel::Kernel& kernel, const Plan& plan, const Task& task, ColumnDigest* columns) {
  if (task.other == nullptr) {
    digest_panel(kernel, plan, task, columns + task.first);
  } else {
    columns[task.first] = column_digest(std::visit(MeasureOther{kernel, *task.other}, task.other->values));
  }
}

void require_utf8(const std::string& text, const char* what) {
  if (value::is_utf8(text)) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("the {} {} is not UTF-8; pass it as UTF-8", what, value::quoted(text)));
}

// Names and logical types that the caller gave.
void label(const DatasetView& data, std::vector<ColumnDigest>& columns) {
  const std::size_t in_matrix = data.matrix ? data.matrix->columns : 0;
  if (!data.names.empty() && data.names.size() != in_matrix) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} names for {} matrix columns; pass one name per column", data.names.size(), in_matrix));
  }
  for (std::size_t i = 0; i < data.names.size(); ++i) columns[i].name = data.names[i];
  for (std::size_t i = 0; i < data.columns.size(); ++i) {
    const ColumnView& column = data.columns[i];
    columns[in_matrix + i].name = column.name;
    if (!column.type.empty()) columns[in_matrix + i].type = column.type;
  }
  for (const ColumnDigest& column : columns) {
    if (column.name) require_utf8(*column.name, "column name");
    require_utf8(column.type, "column type");
  }
}

Digest values_digest(const kernel::Kernel& kernel, std::size_t rows, const std::vector<ColumnDigest>& columns) {
  Stream stream(kernel, "values");
  stream.word(rows);
  stream.word(columns.size());
  for (const ColumnDigest& column : columns) stream.bytes(column.digest.bytes());
  return stream.finish();
}

Digest content_digest(const kernel::Kernel& kernel, const DatasetDigest& digest,
                      const std::vector<std::int64_t>& shape) {
  Stream stream(kernel, "content");
  stream.bytes(digest.values.bytes());
  for (const ColumnDigest& column : digest.columns) {
    stream.text(column.type);
    stream.text(column.name);
  }
  stream.word(shape.size());
  for (const std::int64_t length : shape) stream.word(static_cast<std::uint64_t>(length));
  return stream.finish();
}

}  // namespace

void complete(const kernel::Kernel& kernel, DatasetDigest& digest, const std::vector<std::int64_t>& shape) {
  digest.width = static_cast<std::int64_t>(digest.columns.size());
  digest.values = values_digest(kernel, static_cast<std::size_t>(digest.rows), digest.columns);
  digest.content = content_digest(kernel, digest, shape);
}

DatasetDigest digest_with(const kernel::Kernel& kernel, const DatasetView& data, unsigned threads) {
  const std::size_t columns = count_columns(data);
  const unsigned workers = workers_for(count_rows(data) * columns * sizeof(double), threads);
  const std::size_t widest = std::clamp((columns + workers - 1) / workers, narrowest_panel, widest_panel);
  const Plan plan = make_plan(data, widest);
  DatasetDigest digest;
  digest.rows = static_cast<std::int64_t>(plan.rows);
  digest.columns.resize(columns);
  share_out(plan.tasks.size(), workers,
            [&](std::size_t i) { run(kernel, plan, plan.tasks[i], digest.columns.data()); });
  label(data, digest.columns);
  complete(kernel, digest, data.shape);
  return digest;
}

DatasetDigest digest(const DatasetView& data, unsigned threads) { return digest_with(kernel::best(), data, threads); }

std::string DatasetDigest::family() const {
  if (columns.empty()) return "table";
  const bool same = std::ranges::all_of(columns, [this](const ColumnDigest& c) { return c.type == columns[0].type; });
  return same ? columns[0].type : "table";
}

bool DatasetDigest::degenerate() const noexcept {
  return std::ranges::none_of(columns, [](const ColumnDigest& column) { return column.varied; });
}

const char* type_of(Scalar scalar) noexcept {
  if (scalar == Scalar::boolean) return "bool";
  if (scalar <= Scalar::uint64) return "int";
  return scalar <= Scalar::float64 ? "float" : "complex";
}

std::size_t size_of(Scalar scalar) noexcept {
  switch (scalar) {
    case Scalar::boolean:
    case Scalar::int8:
    case Scalar::uint8:
      return 1;
    case Scalar::int16:
    case Scalar::uint16:
    case Scalar::float16:
      return 2;
    case Scalar::int32:
    case Scalar::uint32:
    case Scalar::float32:
      return 4;
    case Scalar::int64:
    case Scalar::uint64:
    case Scalar::float64:
    case Scalar::complex64:
      return 8;
    case Scalar::complex128:
      return 16;
  }
  return 8;
}

}  // namespace mltrack
