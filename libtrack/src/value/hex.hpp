#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mltrack::value {

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Fills `bytes` from exactly two digits each, of either case; false when `digits` is anything else.
bool from_hex(std::string_view digits, std::span<std::uint8_t> bytes) noexcept;

}  // namespace mltrack::value
