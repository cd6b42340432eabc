#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mltrack::cli {

/// The text with everything that could steer a terminal shown instead of sent: control characters, line and paragraph
/// separators, marks that turn the writing direction, and bytes that are not UTF-8.
std::string visible(std::string_view text);

/// The same for a valid JSON text, which stays valid and keeps its meaning.
std::string visible_json(std::string_view json);

/// Columns a terminal uses for a visible text.
std::size_t width(std::string_view text);

/// The text, or its beginning and an ellipsis where it is wider than `columns`.
std::string cut(std::string_view text, std::size_t columns);

/// Shortest text that reads back as the same number; `digits` rounds to that many significant ones.
std::string number(double value);
std::string number(double value, int digits);

}  // namespace mltrack::cli
