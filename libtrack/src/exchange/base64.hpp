#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mltrack::exchange {

/// RFC 4648, with padding.
std::string to_base64(std::span<const std::uint8_t> bytes);

/// Nothing for a text that `to_base64` does not make.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace mltrack::exchange
