#include "value/quoted.hpp"

#include <algorithm>

#include "value/utf8.hpp"

namespace mltrack::value {
namespace {

bool is_printable(const CodePoint& point) noexcept {
  const bool control = point.code < 0x20 || (point.code >= 0x7f && point.code < 0xa0);
  const bool surrogate = point.code >= 0xd800 && point.code <= 0xdfff;
  return point.length > 0 && !control && !surrogate;
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "'";
  while (!text.empty() && out.size() <= longest) {
    const CodePoint point = decode(text);
    out += is_printable(point) ? text.substr(0, point.length) : "?";
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return out + (text.empty() ? "'" : "...'");
}

}  // namespace mltrack::value
