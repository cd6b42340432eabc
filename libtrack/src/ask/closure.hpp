#pragma once

#include <optional>

#include "ask/node_set.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask {

enum class Way { up, down };

/// The nodes that at least one edge leads to from `starts`. Starts are among them only where one leads to another.
/// Takes a bit for each node of the store.
NodeSet reached(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth = {});

/// The same in topological order.
Ids closure(sqlite::Connection& db, const Ids& starts, Way way, std::optional<int> depth = {});

/// The ways to compute it; they agree. A walk looks up the edges of one node after the other, a scan reads all edges in
/// order; `reached` walks until it has seen that a scan of the rest is less work.
NodeSet reached_by_walk(sqlite::Connection& db, const Ids& starts, Way way);
NodeSet reached_by_scan(sqlite::Connection& db, const Ids& starts, Way way);
NodeSet reached_by_levels(sqlite::Connection& db, const Ids& starts, Way way, int depth);

}  // namespace mltrack::ask
