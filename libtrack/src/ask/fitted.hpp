#pragma once

#include <mltrack/query.hpp>

#include "ask/reference.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

Fitted fitted_of(const Snapshot& snapshot, const Reference& reference);
Fitted fitted_of_model(const Snapshot& snapshot, std::int64_t model);

/// The columns that a model took and made; nothing where it said nothing of them. `named`: with their names.
std::optional<Features> features_of(const Snapshot& snapshot, store::NodeReader& reader, std::int64_t model,
                                    bool named);

}  // namespace mltrack::ask
