#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/id.hpp>

namespace mltrack {

/// How grave a sign of leakage is: `alarm` where a result is too good to be true of new data, `mild` where it may be so
/// by a little or only inside a cross-validation, `note` where it is so only if it is taken for something else.
enum class Grade : std::uint8_t { note, mild, alarm };
const char* to_string(Grade grade) noexcept;
/// The grade a word names; throws Error(invalid_argument) that lists the words otherwise.
Grade parse_grade(std::string_view word);

/// The kinds of alarms that this version finds; docs/alarms.md explains them.
std::span<const std::string_view> alarm_kinds() noexcept;

/// A call or dataset that shows an alarm, and as what: `fit`, `split`, `score`, `search`, `test`, ...
struct AlarmNode {
  std::string role;
  std::string ref;
  std::optional<std::string> op{};    ///< of a call
  std::optional<std::string> type{};  ///< class path or function, dtype family
  std::optional<std::string> source{};
};

/// A sign of leakage in a run. docs/alarms.md says which kinds there are and what none of them can see: no alarm is
/// never a certificate.
struct Alarm {
  std::string kind;  ///< fitted_before_split, test_rows_in_training, target_in_features, ...
  Grade grade = Grade::note;
  std::string run;                        ///< uid of its run
  std::string subject;                    ///< reference of the call or dataset it is about
  std::optional<std::int64_t> counted{};  ///< rows, columns or models that show it
  std::optional<std::int64_t> total{};    ///< of how many
  std::string advice;                     ///< what was seen and what to do
  std::int64_t at_us = 0;                 ///< when it was found first
  std::vector<AlarmNode> nodes{};
};

/// What only the process that made a run could see, because it had the values.
struct Evidence {
  /// What the fit learnt from: `shape` of the data alone, `rows` though a target was given, or `target`. Kept in the
  /// store. Fits that are not named learnt from all that flowed into them.
  struct Learnt {
    NodeRef fit;
    std::string what;
  };
  /// `inside` holds rows that are equal to rows of `part`: `counted` of its `total`.
  struct SharedRows {
    NodeRef part;
    NodeRef inside;
    std::int64_t counted = 0;
    std::int64_t total = 0;
  };
  /// A split or cross-validation has equal rows on both sides: `counted` of `total`.
  struct RepeatedRows {
    NodeRef call;
    std::int64_t counted = 0;
    std::int64_t total = 0;
  };
  /// Columns of the features of a call that say what its target says.
  struct TargetColumns {
    NodeRef call;
    std::vector<std::string> columns;
    std::int64_t total = 0;
  };

  std::vector<Learnt> learnt{};
  std::vector<SharedRows> shared{};
  std::vector<RepeatedRows> repeated{};
  std::vector<TargetColumns> targets{};
  std::size_t reuse_limit = 5;  ///< this many models may be scored on one test set without a note
};

/// Which alarms to list: those for which `where` holds (kind, grade, subject, counted, total, advice and at are the
/// alarm's; all else is asked of its run as in `Query::runs`), of one run (a reference), of one kind, of a grade or
/// graver. Newest run first, the gravest first in a run, unless `order_by` says otherwise. A limit of 0 means all.
struct AlarmSelect {
  std::string where{};
  std::string run{};
  std::string kind{};
  Grade at_least = Grade::note;
  std::optional<std::size_t> limit{};
  std::string order_by{};
  std::string after{};                ///< an AlarmPage's `next`: what comes behind it; the other members unchanged
  std::vector<std::string> fields{};  ///< of a table: its columns
};

/// A part of a listing of alarms. `next` leads to what comes behind it; absent at the end.
struct AlarmPage {
  std::vector<Alarm> alarms;
  std::optional<std::string> next{};
};

}  // namespace mltrack
