// Whatever bytes come in as a filter, an order, a list of fields, a time or a page's end: they are read, or refused
// with an error of ours.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <mltrack/error.hpp>

#include "ask/cursor.hpp"
#include "ask/filter.hpp"
#include "ask/near.hpp"
#include "ask/time_text.hpp"

namespace mltrack::ask {

/// In place of the library's, which looks for files.
Reference prepare(const std::string& text) { return {text}; }

}  // namespace mltrack::ask

namespace {

template <class Read>
void refused_or_read(Read&& read) {
  try {
    read();
  } catch (const mltrack::Error& error) {
    const bool ours =
        error.code() == mltrack::ErrorCode::bad_filter || error.code() == mltrack::ErrorCode::invalid_argument;
    if (!ours || std::string(error.what()).empty()) std::abort();
  }
}

void check_places(const mltrack::ask::filter::Expression& expression, std::size_t size) {
  for (const auto& part : expression.parts) check_places(part, size);
  if (expression.comparison.operand.at > size || expression.predicate.at > size) std::abort();
  if (expression.comparison.test.values.size() != expression.comparison.test.value_at.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mltrack::ask;
  const std::string text(reinterpret_cast<const char*>(data), size);
  refused_or_read([&] { check_places(filter::parse(text), size); });
  refused_or_read([&] { filter::parse_order(text); });
  refused_or_read([&] { filter::parse_operands(text); });
  refused_or_read([&] { read_cursor(text, 0, 2); });
  refused_or_read([&] { read_cursor("0000000000000000" + text, 0, 2); });
  if (const auto span = parse_time(text); span && span->first >= span->end) std::abort();
  if (size < 200) NearNames(text).offer(text.substr(size / 2) + text.substr(0, size / 2));
  return 0;
}
