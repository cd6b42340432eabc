#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include <mltrack/format.hpp>

#include "value/utf8.hpp"

namespace mltrack {
namespace {

using value::CodePoint;

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr Range steering[] = {{0, 0x1F},        {0x7F, 0x9F},      {0x61C, 0x61C},   {0x200E, 0x200F},
                              {0x2028, 0x202E}, {0x2066, 0x2069},  {0xD800, 0xDFFF}, {0xFEFF, 0xFEFF},
                              {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

bool steers(std::uint32_t code) {
  return std::any_of(std::begin(steering), std::end(steering),
                     [=](const Range& range) { return range.first <= code && code <= range.last; });
}

std::string escaped(const CodePoint& point, char byte) {
  if (point.length == 0) return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  if (point.code == '\n') return "\\n";
  if (point.code == '\t') return "\\t";
  if (point.code < 0x80) return fmt::format("\\x{:02x}", point.code);
  return point.code <= 0xffff ? fmt::format("\\u{:04x}", point.code) : fmt::format("\\U{:08x}", point.code);
}

std::string escaped_json(std::uint32_t code) {
  if (code <= 0xffff) return fmt::format("\\u{:04x}", code);
  const std::uint32_t offset = code - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 | offset >> 10, 0xdc00 | (offset & 0x3ff));
}

/// How many characters at the front are printable ASCII, which steers nothing.
std::size_t plain_length(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
}

/// The text with what `escape` returns in place of every character for which that is not empty. Printable ASCII is not
/// asked about.
template <typename Escape>
std::string replace(std::string_view text, const Escape& escape) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t plain = plain_length(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return out;
    const CodePoint point = value::decode(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    const std::string escape_text = escape(point, text.front());
    out += escape_text.empty() ? text.substr(0, length) : std::string_view(escape_text);
    text.remove_prefix(length);
  }
}

}  // namespace

std::string visible(std::string_view text) {
  return replace(text, [](const CodePoint& point, char byte) {
    return point.length > 0 && !steers(point.code) ? "" : escaped(point, byte);
  });
}

std::string visible_json(std::string_view json) {
  return replace(json, [](const CodePoint& point, char) {
    return point.length == 0 || point.code < 0x7f || !steers(point.code) ? "" : escaped_json(point.code);
  });
}

}  // namespace mltrack
