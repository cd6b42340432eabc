#include "digest/big_integer.hpp"

#include <bit>
#include <charconv>
#include <cmath>

namespace mltrack {
namespace {

// words = words * factor + addend, in 32-bit steps.
void multiply_add(std::vector<std::uint64_t>& words, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint64_t& word : words) {
    const std::uint64_t low = (word & 0xffffffff) * factor + carry;
    const std::uint64_t high = (word >> 32) * factor + (low >> 32);
    word = high << 32 | (low & 0xffffffff);
    carry = high >> 32;
  }
  if (carry != 0) words.push_back(carry);
}

std::size_t lowest_bit(const std::vector<std::uint64_t>& words) {
  std::size_t at = 0;
  while (words[at] == 0) ++at;
  return 64 * at + static_cast<std::size_t>(std::countr_zero(words[at]));
}

}  // namespace

bool BigInteger::fits_double() const noexcept {
  if (words.empty()) return true;
  const std::size_t bits = 64 * words.size() - static_cast<std::size_t>(std::countl_zero(words.back()));
  return bits <= 1024 && bits - lowest_bit(words) <= 53;
}

double BigInteger::nearest() const noexcept {
  double value = 0;
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    value = std::ldexp(value, 64) + static_cast<double>(*word);
  }
  return negative ? -value : value;
}

BigInteger read_decimal(std::string_view digits) {
  constexpr std::size_t step = 9;
  BigInteger out;
  out.negative = digits.starts_with('-');
  if (out.negative) digits.remove_prefix(1);
  while (!digits.empty()) {
    const std::string_view piece = digits.substr(0, step);
    std::uint32_t value = 0;
    std::uint32_t factor = 1;
    std::from_chars(piece.data(), piece.data() + piece.size(), value);
    for (std::size_t i = 0; i < piece.size(); ++i) factor *= 10;
    multiply_add(out.words, factor, value);
    digits.remove_prefix(piece.size());
  }
  return out;
}

}  // namespace mltrack
