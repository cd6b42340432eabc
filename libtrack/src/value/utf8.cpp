#include "value/utf8.hpp"

#include <cstring>

namespace mltrack::value {
namespace {

struct Shape {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t least;
};

// What a first byte announces: the number of bytes, its own payload, and the least code point not overlong.
Shape shape_of(std::uint8_t first) noexcept {
  if (first < 0x80) return {1, first, 0};
  if (first >= 0xc2 && first <= 0xdf) return {2, first & 0x1fu, 0x80};
  if (first >= 0xe0 && first <= 0xef) return {3, first & 0x0fu, 0x800};
  if (first >= 0xf0 && first <= 0xf4) return {4, first & 0x07u, 0x10000};
  return {0, 0, 0};
}

}  // namespace

CodePoint decode(std::string_view text) noexcept {
  const Shape shape = shape_of(static_cast<std::uint8_t>(text[0]));
  if (shape.length == 0 || shape.length > text.size()) return {};
  std::uint32_t code = shape.bits;
  for (std::size_t i = 1; i < shape.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    code = code << 6 | (byte & 0x3fu);
  }
  if (code < shape.least || code > 0x10ffff) return {};
  return {code, shape.length};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    std::uint64_t eight = 0;
    if (text.size() >= sizeof(eight)) {
      std::memcpy(&eight, text.data(), sizeof(eight));
      if ((eight & 0x8080808080808080) == 0) {
        text.remove_prefix(sizeof(eight));
        continue;
      }
    }
    const std::size_t length = decode(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

}  // namespace mltrack::value
