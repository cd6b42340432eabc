#pragma once

#include <mltrack/query.hpp>

#include "ask/reference.hpp"

namespace mltrack::ask {

Node node_of(const Snapshot& snapshot, const Reference& reference);
Details details_of(const Snapshot& snapshot, const Reference& reference);
std::vector<Point> points_of(const Snapshot& snapshot, const Reference& reference, const std::string& metric);

}  // namespace mltrack::ask
