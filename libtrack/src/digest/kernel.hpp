#pragma once

#include <cstddef>
#include <cstdint>

namespace mltrack {
enum class Scalar : std::uint8_t;
}

// The inner loops of the digests. One body, kernel_body.hpp, is compiled once per instruction set; nothing here and in
// the body may be a template of the standard library, because the linker would then keep one instance for both.
namespace mltrack::kernel {

/// A kind's name as the seed of its hash: up to 8 ASCII bytes, little-endian, zero padded.
constexpr std::uint64_t seed_of(const char* kind, std::size_t length) noexcept {
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < length; ++i)
    seed |= static_cast<std::uint64_t>(static_cast<unsigned char>(kind[i])) << 8 * i;
  return seed;
}

constexpr std::uint64_t missing_word = 0x7ff8000000000000;
constexpr std::uint64_t escape_word = 0x7ff8000000000001;
constexpr std::uint64_t sign_bit = 0x8000000000000000;
constexpr std::size_t longest_kind = 8;

/// A column is varied when it breaks from its previous step this often. docs/digest.md says why.
constexpr unsigned enough_breaks = 8;

/// The largest relative difference between two steps that still counts as rounding.
constexpr double step_tolerance = 0x1p-44;

/// Sixteen bytes as xxhsum prints them: big-endian, high half first.
struct Hash128 {
  std::uint8_t bytes[16];
};

/// Room for the state of one streamed hash.
struct alignas(64) HashState {
  unsigned char room[640];
};

/// Columns of numbers that lie beside each other in memory: the same type, rows and stride. `missing` goes with a
/// single column only.
struct Panel {
  const void* const* columns = nullptr;
  std::size_t count = 0;
  std::size_t rows = 0;
  std::ptrdiff_t stride_bytes = 0;
  Scalar scalar{};
  const std::uint8_t* missing = nullptr;
  std::ptrdiff_t missing_stride_bytes = 0;
};

/// Numbers of one type at even steps.
struct Strip {
  const void* data = nullptr;
  std::size_t count = 0;
  std::ptrdiff_t stride_bytes = 0;
  Scalar scalar{};
  const std::uint8_t* missing = nullptr;
  std::ptrdiff_t missing_stride_bytes = 0;
};

/// What becomes known of a column of numbers. `present` tells whether any value is not missing.
struct alignas(64) NumberState {
  HashState hash;
  Hash128 digest;
  double last;
  double step;
  unsigned seen;
  unsigned breaks;
  bool present;
};

struct Kernel {
  const char* name;
  void (*hash)(std::uint64_t seed, const void* data, std::size_t size, Hash128* out);
  void (*begin)(HashState* state, std::uint64_t seed);
  void (*update)(HashState* state, const void* data, std::size_t size);
  void (*finish)(const HashState* state, Hash128* out);
  /// Follows the steps of a column of canonical doubles; needs `last` to `breaks` of the state only.
  void (*observe)(NumberState* state, const void* values, std::size_t rows);
  /// Makes the state of a column without values.
  void (*begin_numbers)(Scalar scalar, NumberState* state);
  /// Adds the values of a panel; `states` has one element per column.
  void (*numbers)(const Panel* panel, NumberState* states);
  /// XXH3-64.
  std::uint64_t (*short_hash)(std::uint64_t seed, const void* data, std::size_t size);
  /// Writes a word for each number of a strip, `step` words apart: its canonical form, or the short hash of it where
  /// that takes several words. False when one did, complex numbers aside.
  bool (*words)(const Strip* strip, std::uint64_t* to, std::size_t step);
};

/// The kernel for any processor.
const Kernel* baseline() noexcept;

/// The kernel for AVX2, or null where it was not built or the processor has no such instructions.
const Kernel* avx2() noexcept;

/// The best one for this processor.
const Kernel& best() noexcept;

}  // namespace mltrack::kernel
