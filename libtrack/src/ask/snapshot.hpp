#pragma once

#include <cstdint>
#include <vector>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

using Ids = std::vector<std::int64_t>;

/// What one question sees.
struct Snapshot {
  sqlite::Connection& db;
};

}  // namespace mltrack::ask
