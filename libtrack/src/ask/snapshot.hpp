#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

using Ids = std::vector<std::int64_t>;

/// What one question sees, and what is to be said beside its answer.
struct Snapshot {
  sqlite::Connection& db;
  std::vector<std::string>& notes;
};

}  // namespace mltrack::ask
