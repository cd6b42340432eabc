// Part of the body of the digest kernels: numbers of all types in canonical form.
#pragma once

#include <cstdint>
#include <cstring>

#include "digest/kernel.hpp"

namespace mltrack::kernel {
namespace {

constexpr std::size_t tile_rows = 256;  // of columns beside each other
constexpr std::uint64_t exact_limit = std::uint64_t{1} << 53;
constexpr std::uint64_t number_seed = seed_of("number", 6);
constexpr std::uint64_t complex_seed = seed_of("complex", 7);

struct Half {
  std::uint16_t bits;
};

struct Boolean {
  std::uint8_t byte;
};

std::uint64_t bits_of(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

double from_bits(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// Has its top bit set for a NaN and for -0.0. Integer arithmetic: no mode of the processor for denormals or rounding
// and no compiler flag for fast arithmetic can change it.
std::uint64_t needs_rewriting(std::uint64_t bits) {
  const std::uint64_t nan = (bits & ~sign_bit) + 0x000fffffffffffff;
  return nan | (bits & ~(bits - 1));
}

std::uint64_t canonical(std::uint64_t bits) {
  if ((bits & ~sign_bit) > 0x7ff0000000000000) return missing_word;
  return bits == sign_bit ? 0 : bits;
}

bool is_clean(const unsigned char* data, std::size_t rows) {
  std::uint64_t any = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint64_t bits;
    std::memcpy(&bits, data + 8 * i, sizeof(bits));
    any |= needs_rewriting(bits);
  }
  return (any & sign_bit) == 0;
}

// Brings values into canonical form; false when all of them are missing.
bool make_canonical(double* values, std::size_t count) {
  std::uint64_t present = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bits = canonical(bits_of(values[i]));
    present |= bits ^ missing_word;
    values[i] = from_bits(bits);
  }
  return present != 0;
}

template <class T>
T load(const unsigned char* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

double to_double(Half half) {
  const int exponent = half.bits >> 10 & 31;
  const int fraction = half.bits & 1023;
  const double sign = half.bits >> 15 ? -1.0 : 1.0;
  if (exponent == 31) return fraction ? from_bits(missing_word) : sign * from_bits(0x7ff0000000000000);
  if (exponent == 0) return sign * 0x1p-24 * fraction;
  return sign * from_bits(static_cast<std::uint64_t>(exponent + 1023 - 25) << 52) * (fraction + 1024);
}
double to_double(Boolean value) { return value.byte != 0 ? 1.0 : 0.0; }
template <class T>
double to_double(T value) {
  return static_cast<double>(value);
}

// Asks for the same column of the next tile: the processor does not foresee steps of a row's length. An address,
// because no pointer may leave the buffer; asking for one outside does no harm.
void prefetch_below(const unsigned char* from, std::ptrdiff_t stride) {
  const auto distance = static_cast<std::uintptr_t>(static_cast<std::ptrdiff_t>(tile_rows) * stride);
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(from) + distance));
}

template <class T>
struct Traits {
  static constexpr bool is_float = static_cast<T>(0.5) != T{};
  static constexpr bool may_exceed = !is_float && sizeof(T) == 8;
};
template <>
struct Traits<Half> {
  static constexpr bool is_float = true;
  static constexpr bool may_exceed = false;
};
template <>
struct Traits<Boolean> {
  static constexpr bool is_float = false;
  static constexpr bool may_exceed = false;
};

// Reads values of type T as doubles. With a stride that the compiler knows, it can use vector instructions.
template <class T>
void gather(const unsigned char* from, std::ptrdiff_t stride, std::size_t rows, double* to) {
  if (stride == static_cast<std::ptrdiff_t>(sizeof(T))) {
    for (std::size_t i = 0; i < rows; ++i) to[i] = to_double(load<T>(from + i * sizeof(T)));
  } else {
    for (std::size_t i = 0; i < rows; ++i, from += stride) {
      prefetch_below(from, stride);
      to[i] = to_double(load<T>(from));
    }
  }
}

// Distance from zero, and whether below it.
struct Magnitude {
  std::uint64_t size;
  bool negative;
};
Magnitude magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return {value < 0 ? 0 - bits : bits, value < 0};
}
Magnitude magnitude(std::uint64_t value) { return {value, false}; }

bool is_exact(std::uint64_t size) { return size <= exact_limit || (size >> __builtin_ctzll(size)) < exact_limit; }

template <class T>
bool all_small(const unsigned char* from, std::ptrdiff_t stride, std::size_t rows) {
  std::uint64_t any = 0;
  for (std::size_t i = 0; i < rows; ++i, from += stride) any |= magnitude(load<T>(from)).size;
  return any < exact_limit;
}

}  // namespace
}  // namespace mltrack::kernel
