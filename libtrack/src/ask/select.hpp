#pragma once

#include <mltrack/query.hpp>

#include "ask/filter.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// A request for a list, parsed before the snapshot is taken.
struct Listing {
  Kind kind;
  Select select;
  std::optional<filter::Expression> where{};
  std::optional<filter::Order> order{};
};

/// Throws Error(bad_filter).
Listing parse_listing(Kind kind, const Select& select);

/// The nodes of a listing, in its order.
Ids select_ids(const Snapshot& snapshot, const Listing& listing);

std::vector<Node> list_nodes(const Snapshot& snapshot, const Listing& listing);

}  // namespace mltrack::ask
