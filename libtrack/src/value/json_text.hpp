#pragma once

#include <string>
#include <string_view>

namespace mltrack::value {

/// A double as Python writes it: the shortest digits that read back exactly, always recognisable as a float
/// (2.0, 0.1, 1e+16, nan, inf).
std::string float_text(double number);

/// A text as a JSON string, in quotes.
std::string json_string(std::string_view text);

/// Rewrites a JSON text: keys sorted by their bytes, the last of equal keys kept, no spaces, doubles in shortest form,
/// integers kept exactly. NaN, Infinity and -Infinity are accepted. Throws Error(invalid_argument) with the position.
std::string canonical_json(std::string_view text);

/// The same without what many readers of JSON refuse or lose: NaN, infinities and integers outside of std::int64_t are
/// strings, lone surrogates are U+FFFD.
std::string portable_json(std::string_view text);

}  // namespace mltrack::value
