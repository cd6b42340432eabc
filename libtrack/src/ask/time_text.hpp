#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mltrack::ask {

/// The moments a text stands for, first to last + 1, in UTC microseconds: `2026-11-01` is a whole day.
struct TimeSpan {
  std::int64_t first = 0;
  std::int64_t end = 0;
};

/// Reads 2026, 2026-11, 2026-11-01, 2026-11-01T12:30, with seconds and up to six decimals, and Z or an offset such as
/// +02:00 behind it; a space may stand for the T. Nothing where the text is something else.
std::optional<TimeSpan> parse_time(std::string_view text);

}  // namespace mltrack::ask
