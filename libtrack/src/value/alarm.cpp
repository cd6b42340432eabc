#include <algorithm>
#include <array>
#include <mltrack/alarm.hpp>
#include <mltrack/error.hpp>

#include "value/quoted.hpp"

namespace mltrack {

namespace {

constexpr std::array<const char*, 3> grade_words = {"note", "mild", "alarm"};

}  // namespace

const char* to_string(Grade grade) noexcept { return grade_words[static_cast<std::size_t>(grade)]; }

Grade parse_grade(std::string_view word) {
  const auto found = std::ranges::find(grade_words, word);
  if (found != grade_words.end()) return static_cast<Grade>(found - grade_words.begin());
  throw Error(ErrorCode::invalid_argument,
              value::quoted(word) + " is not a grade; the grades are note, mild and alarm");
}

}  // namespace mltrack
