#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <mltrack/digest.hpp>

namespace mltrack::sha {

/// Mixes whole blocks of 64 bytes into the state.
using Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

void compress_portable(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

/// With the processor's own instructions; null where it has none.
Compress compress_native() noexcept;

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  Sha256() noexcept : Sha256(compress_native() != nullptr ? compress_native() : compress_portable) {}
  explicit Sha256(Compress compress) noexcept : compress_(compress) {}

  void update(std::span<const std::uint8_t> bytes);
  Digest finish();

 private:
  Compress compress_;
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> rest_{};
  std::size_t rest_size_ = 0;
  std::uint64_t total_ = 0;
};

/// The round constants, shared by both ways to compute.
extern const std::array<std::uint32_t, 64> round_constants;

}  // namespace mltrack::sha
