#include "value/row_numbers.hpp"

#include <mltrack/error.hpp>

namespace mltrack::value {
namespace {

void put(std::vector<std::uint8_t>& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<std::uint8_t>(number | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(number));
}

/// Small numbers of either sign as small numbers.
std::uint64_t zigzag(std::uint64_t difference) { return (difference << 1) ^ (0 - (difference >> 63)); }
std::uint64_t unzigzag(std::uint64_t coded) { return (coded >> 1) ^ (0 - (coded & 1)); }

[[noreturn]] void refuse() {
  throw Error(ErrorCode::damaged, "the row numbers of a fold cannot be read; restore a backup of the store");
}

std::uint64_t take(std::span<const std::uint8_t>& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (bytes.empty()) refuse();
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  refuse();
}

/// No fold has more rows: what claims to is not ours.
constexpr std::uint64_t most_rows = 1ULL << 40;

}  // namespace

std::vector<std::uint8_t> packed(std::span<const std::int64_t> numbers) {
  std::vector<std::uint8_t> bytes;
  std::uint64_t end = 0;  // unsigned: differences may wrap around
  for (std::size_t i = 0; i < numbers.size();) {
    const auto start = static_cast<std::uint64_t>(numbers[i]);
    std::size_t length = 1;
    while (i + length < numbers.size() && static_cast<std::uint64_t>(numbers[i + length]) == start + length) ++length;
    put(bytes, zigzag(start - end));
    put(bytes, length - 1);
    end = start + length;
    i += length;
  }
  return bytes;
}

std::vector<std::int64_t> unpacked(std::span<const std::uint8_t> bytes) {
  std::vector<std::int64_t> numbers;
  std::uint64_t end = 0;
  while (!bytes.empty()) {
    const std::uint64_t start = end + unzigzag(take(bytes));
    const std::uint64_t more = take(bytes);
    if (more >= most_rows - numbers.size()) refuse();
    for (std::uint64_t i = 0; i <= more; ++i) numbers.push_back(static_cast<std::int64_t>(start + i));
    end = start + more + 1;
  }
  return numbers;
}

std::vector<std::int64_t> others(std::span<const std::int64_t> numbers, std::int64_t count) {
  std::vector<bool> taken(static_cast<std::size_t>(count), false);
  for (const std::int64_t number : numbers)
    if (number >= 0 && number < count) taken[static_cast<std::size_t>(number)] = true;
  std::vector<std::int64_t> rest;
  for (std::int64_t i = 0; i < count; ++i)
    if (!taken[static_cast<std::size_t>(i)]) rest.push_back(i);
  return rest;
}

}  // namespace mltrack::value
