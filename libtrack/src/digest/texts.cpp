#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "digest/columns.hpp"
#include "digest/stream.hpp"
#include "value/quoted.hpp"
#include "value/utf8.hpp"

namespace mltrack {
namespace {

void require_utf8(std::string_view text, std::size_t row) {
  if (value::is_utf8(text)) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("the text {} in row {} is not UTF-8; pass it as binary", value::quoted(text), row));
}

}  // namespace

Measured digest_texts(const kernel::Kernel& kernel, const Pieces<Texts>& pieces) {
  const bool binary = pieces.front().binary;
  Stream stream(kernel, binary ? "binary" : "string");
  unsigned breaks = 0;
  bool present = false;
  std::size_t row = 0;
  std::string_view last;
  for (const Texts& texts : pieces) {
    for (const std::string_view text : texts.values) {
      const bool missing = text.data() == nullptr;
      if (!missing && !binary) require_utf8(text, row);
      stream.text(missing ? std::nullopt : std::optional(text));
      present = present || !missing;
      if (row > 0 && breaks < kernel::enough_breaks && (missing != (last.data() == nullptr) || text != last)) ++breaks;
      last = text;
      ++row;
    }
  }
  return {present ? stream.finish() : missing_digest(kernel, row), breaks >= kernel::enough_breaks,
          binary ? "binary" : "string"};
}

}  // namespace mltrack
