#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <mltrack/format.hpp>

namespace mltrack::cli {

using mltrack::visible;
using mltrack::visible_json;

/// Columns a terminal uses for a visible text.
std::size_t width(std::string_view text);

/// The text, or its beginning and an ellipsis where it is wider than `columns`.
std::string cut(std::string_view text, std::size_t columns);

/// Shortest text that reads back as the same number; `digits` rounds to that many significant ones.
std::string number(double value);
std::string number(double value, int digits);

}  // namespace mltrack::cli
