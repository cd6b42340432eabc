#pragma once

#include <string>
#include <string_view>

namespace mltrack::value {

/// A user's text inside an error message: in quotes, cut behind about 60 bytes, always UTF-8, without control
/// characters.
std::string quoted(std::string_view text);

}  // namespace mltrack::value
