#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mltrack {

/// An integer of any size: its distance from zero in 64-bit words, lowest first and the highest not zero.
struct BigInteger {
  std::vector<std::uint64_t> words;
  bool negative = false;

  /// True when a double holds it exactly.
  bool fits_double() const noexcept;

  double nearest() const noexcept;
};

/// Reads decimal digits with an optional minus sign.
BigInteger read_decimal(std::string_view digits);

}  // namespace mltrack
