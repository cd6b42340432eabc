#include "ask/time_text.hpp"

#include <chrono>

namespace mltrack::ask {

namespace {

using namespace std::chrono;

/// Takes the pieces of a time off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool skip(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = 10 * value + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// Two digits up to `most`.
  std::optional<int> pair(int most) {
    const std::optional<int> value = digits(2);
    return value && *value <= most ? value : std::nullopt;
  }
  /// A fraction's decimals as microseconds, and the microseconds its last digit is worth.
  std::optional<std::pair<int, int>> fraction() {
    int value = 0;
    int unit = 1'000'000;
    while (unit > 1)
      if (const auto digit = digits(1)) {
        unit /= 10;
        value += *digit * unit;
      } else {
        break;
      }
    return unit == 1'000'000 ? std::nullopt : std::optional(std::pair(value, unit));
  }
  std::optional<minutes> offset() {
    const bool minus = !rest_.empty() && rest_[0] == '-';
    if (skip("Zz")) return minutes(0);
    if (!skip("+-")) return std::nullopt;
    const auto hour = pair(23);
    skip(":");
    const auto minute = pair(59);
    if (!hour || !minute) return std::nullopt;
    const minutes ahead = hours(*hour) + minutes(*minute);
    return minus ? -ahead : ahead;
  }

 private:
  std::string_view rest_;
};

struct Parts {
  year_month_day day{};
  microseconds time{};
  microseconds length{};  // of the span from there on
  sys_days last_day{};    // first day behind the span, for whole days
  bool whole_days = true;
};

std::optional<Parts> read_date(Reader& reader) {
  const auto y = reader.digits(4);
  if (!y) return std::nullopt;
  const auto whole = [&](year_month_day first, year_month_day behind) {
    return Parts{.day = first, .last_day = sys_days(behind)};
  };
  const year_month first_month = year(*y) / January;
  if (!reader.skip("-")) return whole(first_month / 1, (first_month + years(1)) / 1);
  const auto m = reader.pair(12);
  if (!m || *m == 0) return std::nullopt;
  const year_month in_month = year(*y) / month(static_cast<unsigned>(*m));
  if (!reader.skip("-")) return whole(in_month / 1, (in_month + months(1)) / 1);
  const auto d = reader.pair(31);
  const year_month_day date = in_month / day(static_cast<unsigned>(d.value_or(0)));
  if (!d || !date.ok()) return std::nullopt;
  return whole(date, year_month_day(sys_days(date) + days(1)));
}

bool read_clock(Reader& reader, Parts& parts) {
  const auto hour = reader.pair(23);
  if (!hour || !reader.skip(":")) return false;
  const auto minute = reader.pair(59);
  if (!minute) return false;
  parts.whole_days = false;
  parts.time = hours(*hour) + minutes(*minute);
  parts.length = minutes(1);
  if (!reader.skip(":")) return true;
  const auto second = reader.pair(59);
  if (!second) return false;
  parts.time += seconds(*second);
  parts.length = seconds(1);
  if (!reader.skip(".,")) return true;
  const auto fraction = reader.fraction();
  if (!fraction) return false;
  parts.time += microseconds(fraction->first);
  parts.length = microseconds(fraction->second);
  return true;
}

}  // namespace

std::optional<TimeSpan> parse_time(std::string_view text) {
  Reader reader(text);
  std::optional<Parts> parts = read_date(reader);
  if (!parts) return std::nullopt;
  if (reader.skip("Tt ") && !read_clock(reader, *parts)) return std::nullopt;
  minutes ahead(0);
  if (!reader.at_end()) {
    const std::optional<minutes> offset = reader.offset();
    if (!offset || !reader.at_end()) return std::nullopt;
    ahead = *offset;
  }
  const microseconds first = sys_days(parts->day).time_since_epoch() + parts->time - ahead;
  const microseconds end =
      parts->whole_days ? microseconds(parts->last_day.time_since_epoch()) - ahead : first + parts->length;
  return TimeSpan{first.count(), end.count()};
}

}  // namespace mltrack::ask
