#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// In which role datasets came out of a split, for one question: the nearest split above counts, over derivations and
/// calls but never through a model.
class SplitRoles {
 public:
  explicit SplitRoles(sqlite::Connection& db) : db_(db) {}

  /// True where every nearest split gave it this role (train, test, ...): two equally near ones may disagree.
  bool has(std::int64_t dataset, const std::string& role);

 private:
  struct Nearest {
    std::int64_t distance = std::numeric_limits<std::int64_t>::max() - 1;
    std::set<std::string> roles{};
    std::vector<std::int64_t> above{};
  };

  void gather(std::int64_t dataset);
  void read(std::int64_t node, Nearest& nearest);
  void settle(std::int64_t node);

  sqlite::Connection& db_;
  std::unordered_map<std::int64_t, Nearest> known_;
  std::set<std::int64_t> open_;  // read, not yet settled
};

}  // namespace mltrack::ask
