#include "digest/rows.hpp"

#include <algorithm>

#include "digest/columns.hpp"
#include "digest/plan.hpp"
#include "digest/stream.hpp"
#include "digest/workers.hpp"

namespace mltrack {
namespace {

constexpr std::size_t block_words = 4096;  // 32 KiB, filled and hashed while in the first cache
constexpr std::size_t rows_per_job = 8192;

// A part of the rows, and where their words go: each row's beside each other, `width` in all.
struct Block {
  const kernel::Kernel& kernel;
  std::size_t first;
  std::size_t count;
  std::uint64_t* words;
  std::size_t width;
};

const char* behind(const void* data, std::size_t steps, std::ptrdiff_t stride) {
  return static_cast<const char*>(data) + static_cast<std::ptrdiff_t>(steps) * stride;
}

// Writes the words of one column, from the place of its word in the first row.
struct PutColumn {
  const Block& block;
  std::uint64_t* to;

  void operator()(const Numbers& numbers) const {
    const auto size = static_cast<std::ptrdiff_t>(size_of(numbers.scalar));
    const std::ptrdiff_t stride = numbers.stride_bytes != 0 ? numbers.stride_bytes : size;
    kernel::Strip strip{behind(numbers.data, block.first, stride), block.count, stride, numbers.scalar};
    if (numbers.missing != nullptr) {
      strip.missing = numbers.missing + static_cast<std::ptrdiff_t>(block.first) * numbers.missing_stride_bytes;
      strip.missing_stride_bytes = numbers.missing_stride_bytes;
    }
    block.kernel.words(&strip, to, block.width);
  }

  void operator()(const Times& times) const {
    const std::uint64_t seed = kind_word(kind_of(times));
    for (std::size_t i = 0; i < block.count; ++i) {
      const std::int64_t value = time_at(times, block.first + i);
      const Moment at = moment(value, times.unit);
      const bool missing = value == not_a_time;
      to[i * block.width] = missing ? kernel::missing_word : block.kernel.short_hash(seed, &at, sizeof(at));
    }
  }

  void operator()(const Texts& texts) const {
    const std::uint64_t seed = kind_word(texts.binary ? "binary" : "string");
    for (std::size_t i = 0; i < block.count; ++i) {
      const std::string_view text = texts.values[block.first + i];
      const bool missing = text.data() == nullptr;
      to[i * block.width] = missing ? kernel::missing_word : block.kernel.short_hash(seed, text.data(), text.size());
    }
  }

  void operator()(const Mixed& mixed) const {
    for (std::size_t i = 0; i < block.count; ++i) {
      to[i * block.width] = word_of(block.kernel, mixed.values[block.first + i]);
    }
  }
};

// The rows of a block come from the pieces they lie in.
void put_pieces(const Block& block, const ColumnView& column, std::uint64_t* to) {
  std::size_t before = 0;
  const auto put = [&](const ColumnView::Values& piece) {
    const std::size_t rows = std::visit(RowCount{}, piece);
    const std::size_t first = std::max(block.first, before);
    const std::size_t end = std::min(block.first + block.count, before + rows);
    if (first < end) {
      const Block part{block.kernel, first - before, end - first, block.words, block.width};
      std::visit(PutColumn{part, to + (first - block.first) * block.width}, piece);
    }
    before += rows;
  };
  put(column.values);
  for (const ColumnView::Values& piece : column.more) put(piece);
}

// Row by row where the numbers of a row lie beside each other, else column by column.
void put_matrix(const Block& block, const Matrix& matrix) {
  const auto size = static_cast<std::ptrdiff_t>(size_of(matrix.scalar));
  const bool packed = matrix.row_stride_bytes == 0 && matrix.column_stride_bytes == 0;
  const std::ptrdiff_t across = packed ? size : matrix.column_stride_bytes;
  const std::ptrdiff_t down = packed ? size * static_cast<std::ptrdiff_t>(matrix.columns) : matrix.row_stride_bytes;
  const char* from = behind(matrix.data, block.first, down);
  if (across == size) {
    for (std::size_t i = 0; i < block.count; ++i, from += down) {
      const kernel::Strip row{from, matrix.columns, across, matrix.scalar};
      block.kernel.words(&row, block.words + i * block.width, 1);
    }
    return;
  }
  for (std::size_t c = 0; c < matrix.columns; ++c, from += across) {
    const kernel::Strip column{from, block.count, down, matrix.scalar};
    block.kernel.words(&column, block.words + c, block.width);
  }
}

void hash_block(const Block& block, const DatasetView& data, std::uint64_t* out) {
  std::uint64_t* to = block.words;
  if (data.matrix) {
    put_matrix(block, *data.matrix);
    to += data.matrix->columns;
  }
  for (const ColumnView& column : data.columns) put_pieces(block, column, to++);
  const std::uint64_t seed = kind_word("row");
  for (std::size_t i = 0; i < block.count; ++i) {
    out[i] = block.kernel.short_hash(seed, block.words + i * block.width, 8 * block.width);
  }
}

}  // namespace

std::vector<std::uint64_t> row_hashes_with(const kernel::Kernel& kernel, const DatasetView& data, unsigned threads) {
  const std::size_t width = count_columns(data);
  const std::size_t rows = make_plan(data, 1).rows;
  const std::size_t rows_per_block = std::clamp<std::size_t>(block_words / std::max<std::size_t>(width, 1), 1, 1024);
  std::vector<std::uint64_t> hashes(rows);
  const auto job = [&](std::size_t number) {
    std::vector<std::uint64_t> words(rows_per_block * width);
    const std::size_t end = std::min(rows, (number + 1) * rows_per_job);
    for (std::size_t first = number * rows_per_job; first < end; first += rows_per_block) {
      hash_block({kernel, first, std::min(rows_per_block, end - first), words.data(), width}, data,
                 hashes.data() + first);
    }
  };
  share_out((rows + rows_per_job - 1) / rows_per_job, workers_for(rows * width * sizeof(double), threads), job);
  return hashes;
}

std::vector<std::uint64_t> row_hashes(const DatasetView& data, unsigned threads) {
  return row_hashes_with(kernel::best(), data, threads);
}

}  // namespace mltrack
