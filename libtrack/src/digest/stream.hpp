#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <mltrack/digest.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// The canonical form of values on its way into a hash, in pieces.
class Stream {
 public:
  Stream(const kernel::Kernel& kernel, std::string_view kind);

  void word(std::uint64_t value);
  void bytes(std::span<const std::uint8_t> bytes);

  /// Length, then the bytes; a missing text is a length no text has.
  void text(std::optional<std::string_view> text);

  Digest finish();

 private:
  void flush();

  const kernel::Kernel& kernel_;
  kernel::HashState state_;
  std::array<std::uint8_t, 4096> block_;
  std::size_t used_ = 0;
};

/// The seed of a kind, also the tag of a value in a column of mixed types.
inline std::uint64_t kind_word(std::string_view kind) noexcept { return kernel::seed_of(kind.data(), kind.size()); }

/// The digest of every column without a single value.
Digest missing_digest(const kernel::Kernel& kernel, std::size_t rows);

}  // namespace mltrack
