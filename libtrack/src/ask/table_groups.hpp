#pragma once

#include <map>
#include <set>

#include "ask/column_builder.hpp"
#include "ask/fields.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// Columns by the name of the parameter, metric or tag.
using GroupColumns = std::map<std::string, ColumnBuilder>;

/// What Node has of a group, for all owners at once: `params`, `metrics` or `tags`. Owners may repeat. `names`: those
/// that are wanted; nothing: all.
GroupColumns group_columns(const Snapshot& snapshot, const Listed& listed, const std::string& group, const Ids& owners,
                           const std::optional<std::set<std::string>>& names = {});

}  // namespace mltrack::ask
