#pragma once

#include <string>
#include <string_view>

namespace mltrack::value {

/// A double as Python writes it: the shortest digits that read back exactly, always recognisable as a float
/// (2.0, 0.1, 1e+16, nan, inf).
std::string float_text(double number);

/// How NaN and infinities are written: as Python does (NaN, Infinity), or as JSON strings.
enum class NonFinite { bare, quoted };

/// A double as JSON.
std::string json_number(double number, NonFinite non_finite);

/// Appends a JSON string. The text is UTF-8; lone surrogates become \ud800 and the like, control characters are escaped
/// and bytes that are not UTF-8 become U+FFFD, so the output is always valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Rewrites a JSON text: keys sorted by their bytes, the last of equal keys kept, no spaces, doubles in shortest form,
/// integers kept exactly. NaN, Infinity and -Infinity are accepted. Throws Error(invalid_argument) with the position.
std::string canonical_json(std::string_view text, NonFinite non_finite = NonFinite::bare);

}  // namespace mltrack::value
