#pragma once

#include "ask/models.hpp"

namespace mltrack::ask {

Table training_rows(const Snapshot& snapshot, const Ids& models);
Table convergence(const Snapshot& snapshot, const Ids& models);

/// A table whose first columns say which model a row is about: ref, type, name.
Table about_models(const Snapshot& snapshot, const Ids& models, const std::vector<std::string>& names,
                   const std::vector<std::vector<Cell>>& rows);

}  // namespace mltrack::ask
