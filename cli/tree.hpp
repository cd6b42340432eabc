#pragma once

#include <string>

#include <mltrack/query.hpp>

namespace mltrack::cli {

/// Which way a tree grows from its root: to what it came from, to what came out of it, or both.
enum class Growth { up, down, both };

/// A lineage as a tree, one line for each call; data that a call made has no line of its own. What is reached on
/// several ways is shown once and referred to after; what would be too deep for `width` columns goes on below as a tree
/// of its own. A width of 0 sets no bound.
std::string tree_text(const Lineage& lineage, Growth growth, std::size_t width);

}  // namespace mltrack::cli
