#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mltrack::value {

/// One decoded character; `length` is 0 where the bytes are not UTF-8.
struct CodePoint {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

/// Decodes the first character of a text that is not empty. Surrogates in their three-byte form are accepted.
CodePoint decode(std::string_view text) noexcept;

/// True when every byte belongs to a character; lone surrogates are accepted.
bool is_utf8(std::string_view text) noexcept;

/// Appends a code point; surrogates get their three-byte form.
void append_utf8(std::string& out, std::uint32_t code);

}  // namespace mltrack::value
