#include "ask/cursor.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <optional>
#include <string_view>

#include <mltrack/error.hpp>

#include "value/hex.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

enum Tag : std::uint8_t { missing, integer, real, text, bytes };
using Bytes = std::vector<std::uint8_t>;

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

std::size_t rank(const Key& key) { return key.index() == integer ? std::size_t{real} : key.index(); }

double number(const Key& key) {
  const auto* whole = std::get_if<std::int64_t>(&key);
  return whole ? static_cast<double>(*whole) : std::get<double>(key);
}

void write(Bytes& out, std::uint64_t word) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(word >> shift));
}

template <class Range>
void write_all(Bytes& out, const Range& range) {
  write(out, range.size());
  out.insert(out.end(), range.begin(), range.end());
}

struct Write {
  Bytes& out;
  void operator()(std::monostate) const {}
  void operator()(std::int64_t value) const { write(out, static_cast<std::uint64_t>(value)); }
  void operator()(double value) const { write(out, std::bit_cast<std::uint64_t>(value)); }
  void operator()(const std::string& value) const { write_all(out, value); }
  void operator()(const Bytes& value) const { write_all(out, value); }
};

/// Takes pieces off the front of bytes; nothing where they are too short.
class Reader {
 public:
  explicit Reader(const Bytes& in) : in_(in) {}

  std::optional<std::uint64_t> word() {
    if (in_.size() - at_ < 8) return std::nullopt;
    std::uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | in_[at_++];
    return word;
  }

  std::optional<Key> key() {
    if (at_ == in_.size()) return std::nullopt;
    const std::uint8_t tag = in_[at_++];
    if (tag == missing) return Key();
    const std::optional<std::uint64_t> word = this->word();
    if (!word) return std::nullopt;
    if (tag == integer) return Key(static_cast<std::int64_t>(*word));
    if (tag == real) return Key(std::bit_cast<double>(*word));
    if (tag > bytes || in_.size() - at_ < *word) return std::nullopt;
    const auto first = in_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ += *word;
    const auto last = in_.begin() + static_cast<std::ptrdiff_t>(at_);
    return tag == text ? Key(std::string(first, last)) : Key(Bytes(first, last));
  }

  bool at_end() const { return at_ == in_.size(); }

 private:
  const Bytes& in_;
  std::size_t at_ = 0;
};

}  // namespace

int compare(const Key& a, const Key& b, bool descending) {
  const bool lacks_a = a.index() == missing;
  const bool lacks_b = b.index() == missing;
  if (lacks_a || lacks_b) return order(lacks_a, lacks_b);
  int result = order(rank(a), rank(b));
  if (result == 0 && a.index() == b.index())
    result = order(a, b);
  else if (result == 0)
    result = order(number(a), number(b));
  return descending ? -result : result;
}

std::string write_cursor(std::uint64_t question, const std::vector<Key>& keys) {
  Bytes out;
  write(out, question);
  for (const Key& key : keys) {
    out.push_back(static_cast<std::uint8_t>(key.index()));
    std::visit(Write{out}, key);
  }
  return value::to_hex(out);
}

std::vector<Key> read_cursor(const std::string& cursor, std::uint64_t question, std::size_t keys) {
  Bytes in(cursor.size() / 2);
  const auto no_cursor = [&] {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("{} is not where a page ended; pass what a page gave as its next", value::quoted(cursor)));
  };
  if (cursor.size() % 2 != 0 || !value::from_hex(cursor, in)) throw no_cursor();
  Reader reader(in);
  const std::optional<std::uint64_t> asked = reader.word();
  if (!asked) throw no_cursor();
  if (*asked != question)
    throw Error(ErrorCode::invalid_argument,
                "this place is one of another question: kind, filter and order must stay as they were for the page "
                "that gave it");
  std::vector<Key> read;
  while (!reader.at_end()) {
    std::optional<Key> key = reader.key();
    if (!key) throw no_cursor();
    read.push_back(std::move(*key));
  }
  if (read.size() != keys) throw no_cursor();
  return read;
}

// FNV-1a: a question is no secret, only the wrong one must be told from the right one.
std::uint64_t question_digest(const std::vector<std::string>& parts) {
  std::uint64_t digest = 14695981039346656037U;
  const auto add = [&](std::uint8_t byte) { digest = (digest ^ byte) * 1099511628211U; };
  for (const std::string& part : parts) {
    for (const char c : part) add(static_cast<std::uint8_t>(c));
    add(0xff);  // in no UTF-8
  }
  return digest;
}

}  // namespace mltrack::ask
