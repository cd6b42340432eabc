// Part of the body of the digest kernels: columns beside each other in memory.
#pragma once

#include <cstdint>
#include <cstring>

#include "digest/kernel.hpp"
#include "digest/kernel_values.hpp"

namespace mltrack::kernel {
namespace {

constexpr std::size_t tile_columns = 8;   // a cache line of each row
constexpr std::size_t tile_stride = 264;  // not a power of two: the columns of a tile must not share cache sets

using Four = double __attribute__((vector_size(32)));
// The same at any address. Copying by memcpy would go through memory in halves, and stall.
using FourAnywhere = double __attribute__((vector_size(32), aligned(1), may_alias));

// Four rows of four doubles beside each other become four columns of four.
inline void transpose_four(const unsigned char* from, std::ptrdiff_t stride, double* tile) {
  const Four row0 = *reinterpret_cast<const FourAnywhere*>(from);
  const Four row1 = *reinterpret_cast<const FourAnywhere*>(from + stride);
  const Four row2 = *reinterpret_cast<const FourAnywhere*>(from + 2 * stride);
  const Four row3 = *reinterpret_cast<const FourAnywhere*>(from + 3 * stride);
  const Four even01 = __builtin_shufflevector(row0, row1, 0, 4, 2, 6);
  const Four odd01 = __builtin_shufflevector(row0, row1, 1, 5, 3, 7);
  const Four even23 = __builtin_shufflevector(row2, row3, 0, 4, 2, 6);
  const Four odd23 = __builtin_shufflevector(row2, row3, 1, 5, 3, 7);
  auto* to = reinterpret_cast<FourAnywhere*>(tile);
  constexpr std::size_t next = tile_stride / 4;
  to[0] = __builtin_shufflevector(even01, even23, 0, 1, 4, 5);
  to[next] = __builtin_shufflevector(odd01, odd23, 0, 1, 4, 5);
  to[2 * next] = __builtin_shufflevector(even01, even23, 2, 3, 6, 7);
  to[3 * next] = __builtin_shufflevector(odd01, odd23, 2, 3, 6, 7);
}

// The rows of a tile whose columns are neighbours, as far as they come in fours. Gives the number of rows done.
std::size_t transpose(const unsigned char* from, std::ptrdiff_t stride, std::size_t rows, double* tile) {
  const std::size_t whole = rows / 4 * 4;
  for (std::size_t r = 0; r < whole; r += 4, from += 4 * stride) {
    for (int i = 0; i < 4; ++i) prefetch_below(from + i * stride, stride);
    transpose_four(from, stride, tile + r);
    transpose_four(from + sizeof(Four), stride, tile + 4 * tile_stride + r);
  }
  return whole;
}

bool are_neighbours(const void* const* columns, std::size_t count) {
  for (std::size_t c = 1; c < count; ++c) {
    if (static_cast<const unsigned char*>(columns[c]) - static_cast<const unsigned char*>(columns[c - 1]) != 8)
      return false;
  }
  return count == tile_columns;
}

template <class T>
std::size_t read_rows(const Panel*, std::size_t, std::size_t, std::size_t, std::size_t, double*) {
  return 0;
}
template <>
std::size_t read_rows<double>(const Panel* panel, std::size_t first, std::size_t columns, std::size_t row,
                              std::size_t rows, double* tile) {
  if (!are_neighbours(panel->columns + first, columns)) return 0;
  const auto* from =
      static_cast<const unsigned char*>(panel->columns[first]) + static_cast<std::ptrdiff_t>(row) * panel->stride_bytes;
  return transpose(from, panel->stride_bytes, rows, tile);
}

template <class T>
void read_tile(const Panel* panel, std::size_t first, std::size_t columns, std::size_t row, std::size_t rows,
               double* tile) {
  const std::size_t done = read_rows<T>(panel, first, columns, row, rows, tile);
  for (std::size_t c = 0; c < columns; ++c) {
    const auto* from = static_cast<const unsigned char*>(panel->columns[first + c]) +
                       static_cast<std::ptrdiff_t>(row + done) * panel->stride_bytes;
    gather<T>(from, panel->stride_bytes, rows - done, tile + c * tile_stride + done);
  }
}

}  // namespace
}  // namespace mltrack::kernel
