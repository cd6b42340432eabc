#pragma once

#include <optional>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

enum class Way { up, down };

/// The nodes that at least one edge leads to from `starts`, in topological order. Starts are among them only where one
/// leads to another.
Ids closure(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth = {});

/// The ways to compute it; they agree. `closure_by_cte` gives nothing when it finds more than `most` nodes.
std::optional<Ids> closure_by_cte(sqlite::Connection& db, const Ids& starts, Way way, std::int64_t most);
Ids closure_by_scan(sqlite::Connection& db, const Ids& starts, Way way);
Ids closure_by_levels(sqlite::Connection& db, const Ids& starts, Way way, int depth);

}  // namespace mltrack::ask
