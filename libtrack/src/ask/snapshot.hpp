#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

using Ids = std::vector<std::int64_t>;

/// What one question sees.
struct Snapshot {
  sqlite::Connection& db;
  std::filesystem::path store;  ///< the file, which must not be opened again
};

}  // namespace mltrack::ask
