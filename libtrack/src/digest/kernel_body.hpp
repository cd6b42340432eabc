// The body of the digest kernels; the file that includes it says for which instruction set.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"
#include "digest/kernel_tile.hpp"
#include "digest/kernel_values.hpp"
#include "digest/kernel_words.hpp"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the digests are hashed in place, in little-endian order");

namespace mltrack::kernel {
namespace {

constexpr std::size_t block_rows = 1024;  // of a single column: 8 KiB, read twice while in the first cache
static_assert(sizeof(HashState) >= sizeof(XXH3_state_t));

XXH3_state_t* xxh(HashState* state) { return reinterpret_cast<XXH3_state_t*>(state->room); }
const XXH3_state_t* xxh(const HashState* state) { return reinterpret_cast<const XXH3_state_t*>(state->room); }

void store(XXH128_hash_t hash, Hash128* out) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  std::memcpy(out->bytes, canonical.digest, sizeof(out->bytes));
}

void hash_bytes(std::uint64_t seed, const void* data, std::size_t size, Hash128* out) {
  store(XXH3_128bits_withSeed(data, size, seed), out);
}

void begin_hash(HashState* state, std::uint64_t seed) {
  XXH3_INITSTATE(xxh(state));
  XXH3_128bits_reset_withSeed(xxh(state), seed);
}

void update_hash(HashState* state, const void* data, std::size_t size) { XXH3_128bits_update(xxh(state), data, size); }

void finish_hash(const HashState* state, Hash128* out) { store(XXH3_128bits_digest(xxh(state)), out); }

// Counts the rows at which the values leave their previous step, until there are enough. A comparison with a missing
// value is false.
void observe(NumberState* state, const void* data, std::size_t rows) {
  for (std::size_t i = 0; i < rows && state->breaks < enough_breaks; ++i) {
    double value;
    std::memcpy(&value, static_cast<const unsigned char*>(data) + 8 * i, sizeof(value));
    const double step = value - state->last;
    const double scale = __builtin_fabs(value) + 2 * __builtin_fabs(state->last) + __builtin_fabs(state->step);
    if (state->seen >= 2 && __builtin_fabs(step - state->step) > step_tolerance * scale) ++state->breaks;
    state->last = value;
    state->step = step;
    if (state->seen < 2) ++state->seen;
  }
}

void feed(NumberState* state, const void* values, std::size_t rows) {
  observe(state, values, rows);
  update_hash(&state->hash, values, 8 * rows);
}

// 64-bit integers of which some may not fit a double: value by value.
template <class T>
void feed_large(const Panel* panel, const unsigned char* from, const std::uint8_t* missing, std::size_t rows,
                const double* nearest, NumberState* state) {
  observe(state, nearest, rows);
  std::uint64_t words[3 * 64];
  std::size_t used = 0;
  for (std::size_t i = 0; i < rows; ++i, from += panel->stride_bytes) {
    const Magnitude value = magnitude(load<T>(from));
    const bool is_missing = missing != nullptr && missing[static_cast<std::ptrdiff_t>(i) * panel->missing_stride_bytes];
    if (is_missing || is_exact(value.size)) {
      words[used++] = bits_of(nearest[i]);
    } else {
      words[used++] = escape_word;
      words[used++] = 1 | (value.negative ? sign_bit : 0);
      words[used++] = value.size;
    }
    state->present = state->present || !is_missing;
    if (used + 3 > 3 * 64 || i + 1 == rows) {
      update_hash(&state->hash, words, 8 * used);
      used = 0;
    }
  }
}

// Values that were read into `block`, with missing ones not yet marked.
template <class T>
void feed_block(const Panel* panel, const unsigned char* from, const std::uint8_t* missing, std::size_t rows,
                double* block, NumberState* state) {
  if (missing != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (missing[static_cast<std::ptrdiff_t>(i) * panel->missing_stride_bytes]) block[i] = from_bits(missing_word);
    }
  }
  if constexpr (Traits<T>::may_exceed) {
    if (!all_small<T>(from, panel->stride_bytes, rows)) {
      feed_large<T>(panel, from, missing, rows, block, state);
      return;
    }
  }
  const bool may_need_rewriting = Traits<T>::is_float || missing != nullptr;
  if (may_need_rewriting && !is_clean(reinterpret_cast<const unsigned char*>(block), rows)) {
    state->present = make_canonical(block, rows) || state->present;
  } else {
    state->present = true;
  }
  feed(state, block, rows);
}

template <class T>
void digest_column(const Panel* panel, NumberState* state) {
  alignas(64) double block[block_rows];
  const auto* from = static_cast<const unsigned char*>(panel->columns[0]);
  const std::uint8_t* missing = panel->missing;
  for (std::size_t done = 0; done < panel->rows; done += block_rows) {
    const std::size_t rows = panel->rows - done < block_rows ? panel->rows - done : block_rows;
    gather<T>(from, panel->stride_bytes, rows, block);
    feed_block<T>(panel, from, missing, rows, block, state);
    from += static_cast<std::ptrdiff_t>(rows) * panel->stride_bytes;
    if (missing != nullptr) missing += static_cast<std::ptrdiff_t>(rows) * panel->missing_stride_bytes;
  }
}

// Packed doubles are hashed where they lie, block by block, unless a block holds a NaN or -0.0.
void digest_packed(const Panel* panel, NumberState* state) {
  alignas(64) double block[block_rows];
  const auto* from = static_cast<const unsigned char*>(panel->columns[0]);
  for (std::size_t done = 0; done < panel->rows; done += block_rows, from += 8 * block_rows) {
    const std::size_t rows = panel->rows - done < block_rows ? panel->rows - done : block_rows;
    if (is_clean(from, rows)) {
      state->present = true;
      feed(state, from, rows);
    } else {
      std::memcpy(block, from, 8 * rows);
      state->present = make_canonical(block, rows) || state->present;
      feed(state, block, rows);
    }
  }
}

// Columns beside each other: a tile of rows is transposed while its cache lines are near, then hashed column by column.
template <class T>
void digest_tiles(const Panel* panel, NumberState* states) {
  alignas(64) double tile[tile_columns * tile_stride];
  for (std::size_t row = 0; row < panel->rows; row += tile_rows) {
    const std::size_t rows = panel->rows - row < tile_rows ? panel->rows - row : tile_rows;
    for (std::size_t first = 0; first < panel->count; first += tile_columns) {
      const std::size_t columns = panel->count - first < tile_columns ? panel->count - first : tile_columns;
      read_tile<T>(panel, first, columns, row, rows, tile);
      for (std::size_t c = 0; c < columns; ++c) {
        const auto* from = static_cast<const unsigned char*>(panel->columns[first + c]) +
                           static_cast<std::ptrdiff_t>(row) * panel->stride_bytes;
        feed_block<T>(panel, from, nullptr, rows, tile + c * tile_stride, states + first + c);
      }
    }
  }
}

template <class T>
void digest_panel(const Panel* panel, NumberState* states) {
  if (panel->count > 1) {
    digest_tiles<T>(panel, states);
  } else {
    digest_column<T>(panel, states);
  }
}

template <>
void digest_panel<double>(const Panel* panel, NumberState* states) {
  if (panel->count > 1) {
    digest_tiles<double>(panel, states);
  } else if (panel->stride_bytes == 8 && panel->missing == nullptr) {
    digest_packed(panel, states);
  } else {
    digest_column<double>(panel, states);
  }
}

// Complex numbers: two words each; one that is NaN in either part is missing in both.
template <class T>
void digest_complex(const Panel* panel, std::size_t column, NumberState* state) {
  const auto* from = static_cast<const unsigned char*>(panel->columns[column]);
  std::uint64_t last[2] = {bits_of(state->last), bits_of(state->step)};
  for (std::size_t i = 0; i < panel->rows; ++i, from += panel->stride_bytes) {
    std::uint64_t pair[2] = {canonical(bits_of(static_cast<double>(load<T>(from)))),
                             canonical(bits_of(static_cast<double>(load<T>(from + sizeof(T)))))};
    const bool masked =
        panel->missing != nullptr && panel->missing[static_cast<std::ptrdiff_t>(i) * panel->missing_stride_bytes];
    if (masked || pair[0] == missing_word || pair[1] == missing_word) pair[0] = pair[1] = missing_word;
    if (pair[0] != missing_word) state->present = true;
    if (state->seen > 0 && (pair[0] != last[0] || pair[1] != last[1])) ++state->breaks;
    state->seen = 1;
    std::memcpy(last, pair, sizeof(last));
    update_hash(&state->hash, pair, sizeof(pair));
  }
  state->last = from_bits(last[0]);
  state->step = from_bits(last[1]);
}

void digest_scalars(const Panel* panel, NumberState* states);
void begin_numbers(Scalar scalar, NumberState* state);

constexpr Kernel this_kernel = {MLTRACK_KERNEL_NAME, hash_bytes,     begin_hash, update_hash, finish_hash, observe,
                                begin_numbers,       digest_scalars, short_hash, write_words};

bool is_complex(Scalar scalar) { return scalar == Scalar::complex64 || scalar == Scalar::complex128; }

void digest_scalars(const Panel* panel, NumberState* states) {
  switch (panel->scalar) {
    case Scalar::boolean:
      return digest_panel<Boolean>(panel, states);
    case Scalar::int8:
      return digest_panel<std::int8_t>(panel, states);
    case Scalar::int16:
      return digest_panel<std::int16_t>(panel, states);
    case Scalar::int32:
      return digest_panel<std::int32_t>(panel, states);
    case Scalar::int64:
      return digest_panel<std::int64_t>(panel, states);
    case Scalar::uint8:
      return digest_panel<std::uint8_t>(panel, states);
    case Scalar::uint16:
      return digest_panel<std::uint16_t>(panel, states);
    case Scalar::uint32:
      return digest_panel<std::uint32_t>(panel, states);
    case Scalar::uint64:
      return digest_panel<std::uint64_t>(panel, states);
    case Scalar::float16:
      return digest_panel<Half>(panel, states);
    case Scalar::float32:
      return digest_panel<float>(panel, states);
    case Scalar::float64:
      return digest_panel<double>(panel, states);
    case Scalar::complex64:
      for (std::size_t c = 0; c < panel->count; ++c) digest_complex<float>(panel, c, states + c);
      return;
    case Scalar::complex128:
      for (std::size_t c = 0; c < panel->count; ++c) digest_complex<double>(panel, c, states + c);
      return;
  }
}

void begin_numbers(Scalar scalar, NumberState* state) {
  begin_hash(&state->hash, is_complex(scalar) ? complex_seed : number_seed);
  state->last = state->step = 0;
  state->seen = state->breaks = 0;
  state->present = false;
}

}  // namespace
}  // namespace mltrack::kernel
