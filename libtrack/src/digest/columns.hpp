#pragma once

#include <limits>
#include <string>
#include <vector>

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// What the values of one column come to.
struct Measured {
  Digest digest;
  bool varied = false;
  const char* type = "object";  ///< logical type
};

/// A column in the order of its pieces.
template <class Kind>
using Pieces = std::vector<Kind>;

/// All pieces of a column whose first one is `first`.
template <class Kind>
Pieces<Kind> pieces_of(const ColumnView& column, const Kind& first) {
  Pieces<Kind> out = {first};
  for (const ColumnView::Values& piece : column.more) out.push_back(std::get<Kind>(piece));
  return out;
}

Measured digest_times(const kernel::Kernel& kernel, const Pieces<Times>& pieces);
Measured digest_texts(const kernel::Kernel& kernel, const Pieces<Texts>& pieces);
Measured digest_mixed(const kernel::Kernel& kernel, const Mixed& mixed);

constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();

/// A time or duration in canonical form.
struct Moment {
  std::int64_t seconds;
  std::uint64_t attoseconds;
};

/// Throws Error(invalid_argument) for a time that 64-bit seconds cannot hold.
Moment moment(std::int64_t value, TimeUnit unit);

/// The value in a row, `not_a_time` where it is missing.
std::int64_t time_at(const Times& times, std::size_t row) noexcept;

/// The kind of digest that times have.
const char* kind_of(const Times& times) noexcept;

/// A value as one word: a number's canonical form where it is one word, else the short hash of it.
std::uint64_t word_of(const kernel::Kernel& kernel, const Value& value);

/// The logical type of a numeric buffer.
const char* type_of(Scalar scalar) noexcept;

/// Size of one number in bytes.
std::size_t size_of(Scalar scalar) noexcept;

}  // namespace mltrack
