#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mltrack::value {

/// Row numbers in few bytes: for each stretch of numbers that follow each other by one, where it starts, as the
/// distance from where the one before ended, and how many numbers follow. Both are varints of 7 bits a byte, low bits
/// first, the high bit set where more follow; a distance is zigzag coded, as it may be negative. Any order and
/// repetition survives.
std::vector<std::uint8_t> packed(std::span<const std::int64_t> numbers);

/// The numbers again. Throws Error(damaged) for bytes that `packed` does not make.
std::vector<std::int64_t> unpacked(std::span<const std::uint8_t> bytes);

/// The numbers from 0 up to `count` that are not among `numbers`, ascending; `numbers` in any order.
std::vector<std::int64_t> others(std::span<const std::int64_t> numbers, std::int64_t count);

}  // namespace mltrack::value
