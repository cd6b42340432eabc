#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// In what two datasets differ, as far as their digests tell. Columns without names are called #0, #1, ...
struct TableDifference {
  std::int64_t rows_a = 0;
  std::int64_t rows_b = 0;
  std::int64_t columns_a = 0;
  std::int64_t columns_b = 0;
  std::vector<std::string> added{};
  std::vector<std::string> dropped{};
  std::vector<std::pair<std::string, std::string>> renamed{};  ///< equal values under another name
  struct Retyped {
    std::string name;
    std::string a;
    std::string b;
  };
  std::vector<Retyped> retyped{};
  std::vector<std::string> changed{};  ///< same name and type, other values; none where the number of rows differs
  bool reordered = false;              ///< the columns they share stand in another order
  bool columns_known = true;           ///< false: too many to have digests of their own

  bool other_rows() const noexcept { return rows_a != rows_b; }
  bool other_columns() const noexcept {
    return !added.empty() || !dropped.empty() || !renamed.empty() || !retyped.empty() || reordered;
  }
  /// Every column has other values, or it is not known which.
  bool all_changed() const noexcept { return !columns_known || static_cast<std::int64_t>(changed.size()) == columns_a; }
};

/// Both contents are datasets.
TableDifference table_difference(sqlite::Connection& db, std::int64_t content_a, std::int64_t content_b);

}  // namespace mltrack::ask
