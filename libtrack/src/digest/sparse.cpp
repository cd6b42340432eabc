#include <algorithm>
#include <cstring>
#include <limits>

#include "digest/columns.hpp"
#include "digest/dataset.hpp"
#include "digest/stream.hpp"
#include "digest/workers.hpp"

namespace mltrack {
namespace {

using kernel::Kernel;
using kernel::NumberState;

constexpr std::size_t kept_columns = 256;
constexpr std::size_t block_rows = 1024;
constexpr std::size_t columns_per_job = 64;
constexpr double zeros[block_rows] = {};

// The places of the entries of one line, which is a column or a row.
struct Line {
  std::size_t first = 0;
  std::size_t end = 0;
};

std::int64_t integer_at(const Numbers& numbers, std::size_t i) {
  const auto* data = static_cast<const unsigned char*>(numbers.data);
  if (numbers.scalar == Scalar::int32) {
    std::int32_t value;
    std::memcpy(&value, data + 4 * i, sizeof(value));
    return value;
  }
  std::int64_t value;
  std::memcpy(&value, data + 8 * i, sizeof(value));
  return value;
}

Line line_at(const Sparse& data, std::size_t number) {
  return {static_cast<std::size_t>(integer_at(data.starts, number)),
          static_cast<std::size_t>(integer_at(data.starts, number + 1))};
}

std::size_t lines_of(const Sparse& data) { return data.by_rows ? data.rows : data.columns; }

bool is_index(const Numbers& numbers) { return numbers.scalar == Scalar::int32 || numbers.scalar == Scalar::int64; }

// True when every line lies inside the buffers and its indexes ascend below `bound`.
bool ascends(const Sparse& data) {
  const std::size_t lines = lines_of(data);
  if (!is_index(data.starts) || !is_index(data.indexes) || data.starts.rows != lines + 1) return false;
  const auto bound = static_cast<std::int64_t>(data.by_rows ? data.columns : data.rows);
  const std::size_t entries = std::min(data.indexes.rows, data.entries.rows);
  for (std::size_t i = 0; i < lines; ++i) {
    const Line line = line_at(data, i);
    if (line.first > line.end || line.end > entries) return false;
    std::int64_t last = -1;
    for (std::size_t k = line.first; k < line.end; ++k) {
      const std::int64_t index = integer_at(data.indexes, k);
      if (index <= last || index >= bound) return false;
      last = index;
    }
  }
  return true;
}

// The canonical words of all entries; nothing where one takes several words.
std::optional<std::vector<std::uint64_t>> words_of(const Kernel& kernel, const Numbers& entries) {
  if (entries.scalar == Scalar::complex64 || entries.scalar == Scalar::complex128) return {};
  std::vector<std::uint64_t> words(entries.rows);
  const kernel::Strip strip{entries.data, entries.rows, static_cast<std::ptrdiff_t>(size_of(entries.scalar)),
                            entries.scalar};
  if (!kernel.words(&strip, words.data(), 1)) return {};
  return words;
}

void feed(const Kernel& kernel, NumberState& state, const void* block, std::size_t rows) {
  kernel.observe(&state, block, rows);
  kernel.update(&state.hash, block, 8 * rows);
}

// After three zeros in a row, further ones change nothing of what is observed.
void feed_zeros(const Kernel& kernel, NumberState& state, std::size_t rows) {
  kernel.observe(&state, zeros, std::min<std::size_t>(rows, 3));
  kernel.update(&state.hash, zeros, 8 * rows);
}

class SparseColumns {
 public:
  SparseColumns(const Kernel& kernel, const Sparse& data, const std::vector<std::uint64_t>& words)
      : kernel_(kernel), data_(data), words_(words), empty_(measure({})) {}

  /// The same as of the column in a dense matrix, in blocks that are zero but for the entries.
  Measured column(std::size_t number) const {
    const Line line = line_at(data_, number);
    return line.first == line.end ? empty_ : measure(line);
  }

 private:
  Measured measure(Line line) const {
    alignas(64) std::uint64_t block[block_rows] = {};
    NumberState state{};
    kernel_.begin(&state.hash, kind_word("number"));
    std::size_t at = line.first;
    for (std::size_t row = 0; row < data_.rows; row += block_rows) {
      const std::size_t rows = std::min(block_rows, data_.rows - row);
      const std::size_t first = at;
      for (; at < line.end && row_of(at) < row + rows; ++at) block[row_of(at) - row] = words_[at];
      if (at == first) {
        feed_zeros(kernel_, state, rows);
        continue;
      }
      feed(kernel_, state, block, rows);
      for (std::size_t k = first; k < at; ++k) block[row_of(k) - row] = 0;
    }
    const bool varied = state.breaks >= kernel::enough_breaks;
    return {is_present(line) ? finish(state) : missing_digest(kernel_, data_.rows), varied,
            type_of(data_.entries.scalar)};
  }

  std::size_t row_of(std::size_t entry) const { return static_cast<std::size_t>(integer_at(data_.indexes, entry)); }

  // An absent entry is a zero, which is a value.
  bool is_present(Line line) const {
    if (line.end - line.first < data_.rows) return true;
    const auto missing = [](std::uint64_t word) { return word == kernel::missing_word; };
    return !std::all_of(words_.begin() + static_cast<std::ptrdiff_t>(line.first),
                        words_.begin() + static_cast<std::ptrdiff_t>(line.end), missing);
  }

  Digest finish(const NumberState& state) const {
    kernel::Hash128 hash;
    kernel_.finish(&state.hash, &hash);
    return Digest(hash.bytes);
  }

  const Kernel& kernel_;
  const Sparse& data_;
  const std::vector<std::uint64_t>& words_;
  Measured empty_;
};

DatasetDigest by_columns(const Kernel& kernel, const Sparse& data, const std::vector<std::uint64_t>& words,
                         unsigned threads) {
  DatasetDigest out;
  out.rows = static_cast<std::int64_t>(data.rows);
  out.columns.resize(data.columns);
  const SparseColumns columns(kernel, data, words);
  const auto job = [&](std::size_t number) {
    const std::size_t end = std::min(data.columns, (number + 1) * columns_per_job);
    for (std::size_t c = number * columns_per_job; c < end; ++c) {
      const Measured measured = columns.column(c);
      out.columns[c] = {.name = {}, .type = measured.type, .digest = measured.digest, .varied = measured.varied};
    }
  };
  share_out((data.columns + columns_per_job - 1) / columns_per_job,
            workers_for(data.rows * data.columns * sizeof(double), threads), job);
  complete(kernel, out, {});
  return out;
}

// Entries as (column, value) row by row. Their distances and values tell whether equal ones would prove anything.
DatasetDigest by_entries(const Kernel& kernel, const Sparse& data, const std::vector<std::uint64_t>& words) {
  Stream stream(kernel, "sparse");
  stream.word(data.rows);
  stream.word(data.columns);
  NumberState places{};
  NumberState values{};
  for (std::size_t row = 0; row < data.rows; ++row) {
    const Line line = line_at(data, row);
    const auto present = [](std::uint64_t word) { return word != 0; };
    stream.word(
        static_cast<std::uint64_t>(std::count_if(words.begin() + static_cast<std::ptrdiff_t>(line.first),
                                                 words.begin() + static_cast<std::ptrdiff_t>(line.end), present)));
    for (std::size_t k = line.first; k < line.end; ++k) {
      if (words[k] == 0) continue;
      const std::int64_t column = integer_at(data.indexes, k);
      stream.word(static_cast<std::uint64_t>(column));
      stream.word(words[k]);
      const double place = static_cast<double>(row) * static_cast<double>(data.columns) + static_cast<double>(column);
      kernel.observe(&places, &place, 1);
      kernel.observe(&values, &words[k], 1);
    }
  }
  const bool varied = places.breaks + values.breaks >= kernel::enough_breaks;
  DatasetDigest out;
  out.rows = static_cast<std::int64_t>(data.rows);
  out.columns = {{.name = {}, .type = type_of(data.entries.scalar), .digest = stream.finish(), .varied = varied}};
  complete(kernel, out, {});
  out.width = static_cast<std::int64_t>(data.columns);
  return out;
}

// One that stands for all: a wide matrix is not looked up column by column.
void summarise(DatasetDigest& digest) {
  ColumnDigest all = digest.columns.front();
  all.digest = digest.values;
  all.varied = !digest.degenerate();
  digest.columns = {std::move(all)};
}

}  // namespace

bool is_digested_by_columns(std::size_t rows, std::size_t columns) noexcept {
  constexpr std::size_t most_columns = std::size_t{1} << 16;
  constexpr std::size_t most_values = std::size_t{1} << 26;
  return columns <= kept_columns || (columns <= most_columns && rows <= most_values / columns);
}

std::optional<DatasetDigest> digest(const Sparse& data, unsigned threads) {
  const Kernel& kernel = kernel::best();
  if (data.by_rows == is_digested_by_columns(data.rows, data.columns) || !ascends(data)) return {};
  const std::optional<std::vector<std::uint64_t>> words = words_of(kernel, data.entries);
  if (!words) return {};
  if (data.by_rows) return by_entries(kernel, data, *words);
  DatasetDigest out = by_columns(kernel, data, *words, threads);
  if (data.columns > kept_columns) summarise(out);
  return out;
}

std::optional<std::vector<std::uint64_t>> row_hashes(const Sparse& data) {
  const Kernel& kernel = kernel::best();
  if (!data.by_rows || !ascends(data)) return {};
  const std::optional<std::vector<std::uint64_t>> words = words_of(kernel, data.entries);
  if (!words) return {};
  std::vector<std::uint64_t> hashes;
  hashes.reserve(data.rows);
  std::vector<std::uint64_t> row;
  for (std::size_t i = 0; i < data.rows; ++i) {
    const Line line = line_at(data, i);
    row.clear();
    for (std::size_t k = line.first; k < line.end; ++k) {
      if ((*words)[k] == 0) continue;
      row.push_back(static_cast<std::uint64_t>(integer_at(data.indexes, k)));
      row.push_back((*words)[k]);
    }
    hashes.push_back(kernel.short_hash(kind_word("sparse"), row.data(), 8 * row.size()));
  }
  return hashes;
}

}  // namespace mltrack
