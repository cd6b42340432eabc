#pragma once

#include <functional>

#include "ask/fields.hpp"
#include "ask/filter.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask::filter {

/// The parameters, metrics or tags of one name, as the things that are listed have them. A run has those of all that is
/// in it and in its parts.
class Group {
 public:
  /// Throws Error(bad_filter) for a name that nothing has where another is near, and for a role no split has.
  Group(const Snapshot& snapshot, const Listed& listed, const Operand& operand, const std::string& text);

  /// Those of which some value passes the test, or those for which that does not hold.
  struct Owners {
    SqlText sql;  ///< of their ids
    bool not_these = false;
  };
  Owners passing(const Comparison& comparison) const;

  /// A value of each of `owners` that has one: what it logged last; the run's own parameter, else that of the shortest
  /// name, else that of the latest call. `take(place, row)` gets the place among the owners and a row whose columns
  /// type, value and exact, from `first_column` on, are those of a parameter.
  static constexpr int first_column = 1;
  using Take = std::function<void(std::size_t place, const sqlite::Statement& row)>;
  void values(const Ids& owners, const Take& take) const;

 private:
  struct Path;
  std::vector<Path> paths() const;
  SqlText named() const;
  std::string value() const;
  SqlText owners(const SqlText& test) const;
  SqlText rows(const Path& path, bool of_owners, const Ids& owners) const;
  bool few(const Ids& owners) const;

  const Snapshot& snapshot_;
  const Listed& listed_;
  const Operand& operand_;
  const std::string& text_;
  Ids names_{};                    ///< interned names that the operand means; of tags none
  std::optional<Ids> datasets_{};  ///< what the metric must be measured on
  bool parts_ = false;             ///< some run is a part of another
};

/// True where less is better, by the words of a metric's name: loss, error, mse, ...; not behind `neg`.
bool lowest_is_best(const std::string& metric);

}  // namespace mltrack::ask::filter
