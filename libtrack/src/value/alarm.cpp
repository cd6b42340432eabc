#include <algorithm>
#include <array>
#include <mltrack/alarm.hpp>
#include <mltrack/error.hpp>

#include "value/quoted.hpp"

namespace mltrack {

namespace {

constexpr std::array<const char*, 3> grade_words = {"note", "mild", "alarm"};
constexpr std::array<std::string_view, 6> kinds = {"fitted_before_split", "test_rows_in_training",
                                                   "target_in_features",  "selection_outside_cv",
                                                   "scored_on_training",  "test_set_reused"};

}  // namespace

const char* to_string(Grade grade) noexcept { return grade_words[static_cast<std::size_t>(grade)]; }

Grade parse_grade(std::string_view word) {
  const auto found = std::ranges::find(grade_words, word);
  if (found != grade_words.end()) return static_cast<Grade>(found - grade_words.begin());
  throw Error(ErrorCode::invalid_argument,
              value::quoted(word) + " is not a grade; the grades are note, mild and alarm");
}

std::span<const std::string_view> alarm_kinds() noexcept { return kinds; }

}  // namespace mltrack
