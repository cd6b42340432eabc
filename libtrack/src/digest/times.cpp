#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>
#include <mltrack/error.hpp>

#include "digest/columns.hpp"
#include "digest/stream.hpp"

namespace mltrack {
namespace {

// One tick of a unit: whole seconds, or so many to the second and the attoseconds of each.
struct Tick {
  std::int64_t seconds;
  std::int64_t per_second;
  std::uint64_t attoseconds;
};

constexpr std::array<Tick, 10> ticks = {{{86'400, 1, 0},
                                         {3'600, 1, 0},
                                         {60, 1, 0},
                                         {1, 1, 0},
                                         {1, 1'000, 1'000'000'000'000'000},
                                         {1, 1'000'000, 1'000'000'000'000},
                                         {1, 1'000'000'000, 1'000'000'000},
                                         {1, 1'000'000'000'000, 1'000'000},
                                         {1, 1'000'000'000'000'000, 1'000},
                                         {1, 1'000'000'000'000'000'000, 1}}};

}  // namespace

Moment moment(std::int64_t value, TimeUnit unit) {
  if (value == not_a_time) return {not_a_time, 0};
  const Tick& tick = ticks[static_cast<std::size_t>(unit)];
  std::int64_t whole = value / tick.per_second;
  std::int64_t part = value % tick.per_second;
  if (part < 0) {
    part += tick.per_second;
    --whole;
  }
  std::int64_t seconds = 0;
  if (__builtin_mul_overflow(whole, tick.seconds, &seconds)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("the time {} is more than 2^63 seconds from 1970; pass times that 64-bit seconds can hold", value));
  }
  return {seconds, static_cast<std::uint64_t>(part) * tick.attoseconds};
}

const char* kind_of(const Times& times) noexcept {
  if (times.duration) return "duration";
  return times.aware ? "instant" : "datetime";
}

std::int64_t time_at(const Times& times, std::size_t row) noexcept {
  const std::ptrdiff_t stride = times.stride_bytes != 0 ? times.stride_bytes : 8;
  const auto at = static_cast<std::ptrdiff_t>(row);
  if (times.missing != nullptr && times.missing[at * times.missing_stride_bytes] != 0) return not_a_time;
  std::int64_t value;
  std::memcpy(&value, reinterpret_cast<const unsigned char*>(times.data) + at * stride, sizeof(value));
  return value;
}

Measured digest_times(const kernel::Kernel& kernel, const Pieces<Times>& pieces) {
  Stream stream(kernel, kind_of(pieces.front()));
  kernel::NumberState steps{};
  bool present = false;
  std::int64_t origin = 0;
  std::size_t rows = 0;
  for (const Times& times : pieces) {
    rows += times.rows;
    for (std::size_t i = 0; i < times.rows; ++i) {
      const std::int64_t value = time_at(times, i);
      const bool missing = value == not_a_time;
      const Moment at = moment(value, times.unit);
      stream.word(static_cast<std::uint64_t>(at.seconds));
      stream.word(at.attoseconds);
      if (!missing && !present) origin = value;
      present = present || !missing;
      const auto passed =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(origin));
      const double offset = missing ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(passed);
      kernel.observe(&steps, &offset, 1);
    }
  }
  return {present ? stream.finish() : missing_digest(kernel, rows), steps.breaks >= kernel::enough_breaks,
          pieces.front().duration ? "duration" : "datetime"};
}

}  // namespace mltrack
