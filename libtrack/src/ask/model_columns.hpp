#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

/// The columns that a model was fitted on; `original`: those that these were made of.
Table columns_of_model(const Snapshot& snapshot, const Reference& model, bool original);

}  // namespace mltrack::ask
