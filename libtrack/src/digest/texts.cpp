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

Measured digest_texts(const kernel::Kernel& kernel, const Texts& texts) {
  Stream stream(kernel, texts.binary ? "binary" : "string");
  unsigned breaks = 0;
  bool present = false;
  for (std::size_t i = 0; i < texts.values.size(); ++i) {
    const std::string_view text = texts.values[i];
    const bool missing = text.data() == nullptr;
    if (!missing && !texts.binary) require_utf8(text, i);
    stream.text(missing ? std::nullopt : std::optional(text));
    present = present || !missing;
    if (breaks < kernel::enough_breaks && i > 0) {
      const std::string_view last = texts.values[i - 1];
      if (missing != (last.data() == nullptr) || text != last) ++breaks;
    }
  }
  return {present ? stream.finish() : missing_digest(kernel, texts.values.size()), breaks >= kernel::enough_breaks,
          texts.binary ? "binary" : "string"};
}

}  // namespace mltrack
