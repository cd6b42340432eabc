#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ask/near.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// The near ones of the texts that a statement selects, at most five.
std::vector<std::string> near_in(const Snapshot& snapshot, const std::string& name, std::string_view sql);
/// True for the name of a column of a dataset or of a model's features.
bool names_column(const Snapshot& snapshot, const std::string& name);
/// The near ones of those names.
std::vector<std::string> near_columns(const Snapshot& snapshot, const std::string& name);

}  // namespace mltrack::ask
