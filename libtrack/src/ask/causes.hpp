#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <mltrack/comparison.hpp>

#include "ask/snapshot.hpp"
#include "ask/table_difference.hpp"

namespace mltrack::ask {

/// "is 1 in the first and 2 in the second", with `none` where a side has no such thing.
std::string sides(const std::optional<std::string>& a, const std::optional<std::string>& b,
                  const std::string& none = "absent");

/// What is different about two tables: rows first, then columns; nothing where only values differ. `what` names the
/// data in sentences.
std::vector<Cause> shape_causes(const TableDifference& difference, const std::string& what);

/// That some or all columns have other values, or none has.
Cause values_cause(const TableDifference& difference, const std::string& what);

/// Parameters, by the last part of their names, with their values on both sides.
using Said = std::set<std::pair<std::string, std::string>>;

/// What differs between the parameters of two calls, and which classes of the estimators inside are others. `known`
/// holds what was said of enclosing calls; it is not said again.
struct SpecCauses {
  std::vector<Cause> causes{};
  std::set<std::string> classes{};  ///< dotted names of the estimators that one side has more, or instead
  Said said{};
};
SpecCauses spec_causes(sqlite::Connection& db, std::int64_t spec_a, std::int64_t spec_b, bool is_split,
                       const std::string& call, const Said& known);

/// The parameters that would make a call repeatable and are None: those of its spec. Of a function only what was given
/// is recorded, so a split without a seed has one of None.
std::vector<std::string> open_seeds(sqlite::Connection& db, std::int64_t spec, bool is_split);

/// What differs in where and how two runs ran.
struct RunCauses {
  std::vector<Cause> packages{};
  std::vector<Cause> code{};  ///< the program, its arguments, its repository
  std::vector<Cause> environment{};
  std::vector<Cause> params{};  ///< those that were logged
};
RunCauses run_causes(sqlite::Connection& db, std::int64_t run_a, std::int64_t run_b);

}  // namespace mltrack::ask
