#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <mltrack/error.hpp>

#include "digest/big_integer.hpp"
#include "digest/columns.hpp"
#include "digest/stream.hpp"
#include "value/quoted.hpp"
#include "value/utf8.hpp"

namespace mltrack {
namespace {

using Type = Value::Type;

bool is_missing(const Value& value) {
  const double* real = std::get_if<double>(&value.data());
  return value.type() == Type::none || (real != nullptr && std::isnan(*real));
}

bool is_number(const Value& value) {
  return value.type() == Type::boolean || value.type() == Type::integer || value.type() == Type::real;
}

// The word in front of a value in a column of several kinds.
const char* tag_of(const Value& value) {
  if (is_missing(value)) return "missing";
  if (is_number(value)) return "number";
  if (value.type() == Type::json) return "json";
  if (value.type() == Type::class_name) return "class";
  return value.type() == Type::text ? "string" : "opaque";
}

double real_of(const Value& value) {
  if (const bool* truth = std::get_if<bool>(&value.data())) return *truth ? 1 : 0;
  if (const double* real = std::get_if<double>(&value.data())) return *real + 0.0;
  return std::numeric_limits<double>::quiet_NaN();
}

void put_integer(Stream& stream, const BigInteger& integer) {
  if (integer.fits_double()) return stream.word(std::bit_cast<std::uint64_t>(integer.nearest()));
  stream.word(kernel::escape_word);
  stream.word(integer.words.size() | (integer.negative ? kernel::sign_bit : 0));
  for (const std::uint64_t word : integer.words) stream.word(word);
}

// Writes a number and returns the double nearest to it.
double put_number(Stream& stream, const Value& value) {
  if (value.type() == Type::integer) {
    const BigInteger integer = read_decimal(value.str());
    put_integer(stream, integer);
    return integer.nearest();
  }
  const double real = real_of(value);
  stream.word(std::isnan(real) ? kernel::missing_word : std::bit_cast<std::uint64_t>(real));
  return real;
}

void put_text(Stream& stream, const Value& value, std::size_t row) {
  if (is_missing(value)) return stream.text(std::nullopt);
  const std::string& text = std::get<std::string>(value.data());
  if (!value::is_utf8(text)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("the text {} in row {} is not UTF-8; pass it as binary", value::quoted(text), row));
  }
  stream.text(text);
}

Measured digest_numbers(const kernel::Kernel& kernel, const Mixed& mixed) {
  Stream stream(kernel, "number");
  kernel::NumberState steps{};
  for (const Value& value : mixed.values) {
    const double nearest = put_number(stream, value);
    kernel.observe(&steps, &nearest, 1);
  }
  const auto all_are = [&mixed](auto... types) {
    return std::ranges::all_of(mixed.values,
                               [=](const Value& v) { return is_missing(v) || ((v.type() == types) || ...); });
  };
  const char* type = all_are(Type::boolean) ? "bool" : all_are(Type::boolean, Type::integer) ? "int" : "float";
  return {stream.finish(), steps.breaks >= kernel::enough_breaks, type};
}

unsigned count_breaks(const Mixed& mixed) {
  unsigned breaks = 0;
  for (std::size_t i = 1; i < mixed.values.size() && breaks < kernel::enough_breaks; ++i) {
    if (mixed.values[i] != mixed.values[i - 1]) ++breaks;
  }
  return breaks;
}

Measured digest_strings(const kernel::Kernel& kernel, const Mixed& mixed) {
  Stream stream(kernel, "string");
  for (std::size_t i = 0; i < mixed.values.size(); ++i) put_text(stream, mixed.values[i], i);
  return {stream.finish(), count_breaks(mixed) >= kernel::enough_breaks, "string"};
}

Measured digest_objects(const kernel::Kernel& kernel, const Mixed& mixed) {
  Stream stream(kernel, "object");
  for (std::size_t i = 0; i < mixed.values.size(); ++i) {
    const Value& value = mixed.values[i];
    stream.word(kind_word(tag_of(value)));
    if (is_missing(value)) continue;
    if (is_number(value)) {
      put_number(stream, value);
    } else {
      put_text(stream, value, i);
    }
  }
  return {stream.finish(), count_breaks(mixed) >= kernel::enough_breaks, "object"};
}

std::uint64_t word_of(const kernel::Kernel& kernel, const BigInteger& integer) {
  if (integer.fits_double()) return std::bit_cast<std::uint64_t>(integer.nearest());
  std::vector<std::uint64_t> words = {kernel::escape_word,
                                      integer.words.size() | (integer.negative ? kernel::sign_bit : 0)};
  words.insert(words.end(), integer.words.begin(), integer.words.end());
  return kernel.short_hash(kind_word("number"), words.data(), words.size() * sizeof(words[0]));
}

}  // namespace

std::uint64_t word_of(const kernel::Kernel& kernel, const Value& value) {
  if (is_missing(value)) return kernel::missing_word;
  if (value.type() == Type::integer) return word_of(kernel, read_decimal(value.str()));
  if (is_number(value)) return std::bit_cast<std::uint64_t>(real_of(value));
  const std::string& text = std::get<std::string>(value.data());
  return kernel.short_hash(kind_word(tag_of(value)), text.data(), text.size());
}

Measured digest_mixed(const kernel::Kernel& kernel, const Mixed& mixed) {
  const auto all = [&mixed](auto belongs) {
    return std::ranges::all_of(mixed.values, [&](const Value& value) { return is_missing(value) || belongs(value); });
  };
  if (all([](const Value&) { return false; })) return {missing_digest(kernel, mixed.values.size()), false, "object"};
  if (all(is_number)) return digest_numbers(kernel, mixed);
  if (all([](const Value& value) { return value.type() == Type::text; })) return digest_strings(kernel, mixed);
  return digest_objects(kernel, mixed);
}

}  // namespace mltrack
