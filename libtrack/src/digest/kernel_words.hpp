// Part of the body of the digest kernels: numbers as one word each.
#pragma once

#include <xxhash.h>

#include <cstdint>

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"
#include "digest/kernel_values.hpp"

namespace mltrack::kernel {
namespace {

constexpr std::size_t strip_block = 512;

std::uint64_t short_hash(std::uint64_t seed, const void* data, std::size_t size) {
  return XXH3_64bits_withSeed(data, size, seed);
}

bool is_masked(const Strip* strip, std::size_t i) {
  return strip->missing != nullptr && strip->missing[static_cast<std::ptrdiff_t>(i) * strip->missing_stride_bytes] != 0;
}

template <class T>
std::uint64_t word_of_large(T value, bool* exact) {
  const Magnitude distance = magnitude(value);
  if (is_exact(distance.size)) return bits_of(static_cast<double>(value));
  *exact = false;
  const std::uint64_t words[] = {escape_word, 1 | (distance.negative ? sign_bit : 0), distance.size};
  return short_hash(number_seed, words, sizeof(words));
}

template <class T>
bool write_strip(const Strip* strip, std::uint64_t* to, std::size_t step) {
  alignas(64) double block[strip_block];
  const auto* from = static_cast<const unsigned char*>(strip->data);
  bool exact = true;
  for (std::size_t done = 0; done < strip->count; done += strip_block) {
    const std::size_t count = strip->count - done < strip_block ? strip->count - done : strip_block;
    const auto offset = static_cast<std::ptrdiff_t>(done) * strip->stride_bytes;
    if constexpr (Traits<T>::may_exceed) {
      for (std::size_t i = 0; i < count; ++i) {
        const unsigned char* at = from + offset + static_cast<std::ptrdiff_t>(i) * strip->stride_bytes;
        to[(done + i) * step] = word_of_large(load<T>(at), &exact);
      }
    } else {
      gather<T>(from + offset, strip->stride_bytes, count, block);
      for (std::size_t i = 0; i < count; ++i) to[(done + i) * step] = canonical(bits_of(block[i]));
    }
  }
  for (std::size_t i = 0; strip->missing != nullptr && i < strip->count; ++i) {
    if (is_masked(strip, i)) to[i * step] = missing_word;
  }
  return exact;
}

template <class T>
bool write_complex(const Strip* strip, std::uint64_t* to, std::size_t step) {
  const auto* from = static_cast<const unsigned char*>(strip->data);
  for (std::size_t i = 0; i < strip->count; ++i, from += strip->stride_bytes) {
    const std::uint64_t pair[2] = {canonical(bits_of(static_cast<double>(load<T>(from)))),
                                   canonical(bits_of(static_cast<double>(load<T>(from + sizeof(T)))))};
    const bool missing = pair[0] == missing_word || pair[1] == missing_word || is_masked(strip, i);
    to[i * step] = missing ? missing_word : short_hash(complex_seed, pair, sizeof(pair));
  }
  return true;
}

bool write_words(const Strip* strip, std::uint64_t* to, std::size_t step) {
  switch (strip->scalar) {
    case Scalar::boolean:
      return write_strip<Boolean>(strip, to, step);
    case Scalar::int8:
      return write_strip<std::int8_t>(strip, to, step);
    case Scalar::int16:
      return write_strip<std::int16_t>(strip, to, step);
    case Scalar::int32:
      return write_strip<std::int32_t>(strip, to, step);
    case Scalar::int64:
      return write_strip<std::int64_t>(strip, to, step);
    case Scalar::uint8:
      return write_strip<std::uint8_t>(strip, to, step);
    case Scalar::uint16:
      return write_strip<std::uint16_t>(strip, to, step);
    case Scalar::uint32:
      return write_strip<std::uint32_t>(strip, to, step);
    case Scalar::uint64:
      return write_strip<std::uint64_t>(strip, to, step);
    case Scalar::float16:
      return write_strip<Half>(strip, to, step);
    case Scalar::float32:
      return write_strip<float>(strip, to, step);
    case Scalar::float64:
      return write_strip<double>(strip, to, step);
    case Scalar::complex64:
      return write_complex<float>(strip, to, step);
    case Scalar::complex128:
      return write_complex<double>(strip, to, step);
  }
  return false;
}

}  // namespace
}  // namespace mltrack::kernel
