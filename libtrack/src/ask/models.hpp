#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mltrack/query.hpp>

#include "ask/reference.hpp"
#include "ask/select.hpp"

namespace mltrack::ask {

/// The models that a question is about, prepared before the snapshot is taken.
struct Choice {
  std::optional<Listing> where{};  ///< absent: those that are named, or all
};
Choice choice_of(const Models& models);

/// Those named, in their order, then the others, newest first; each once. Throws Error(invalid_argument) for a name of
/// something that is neither a model nor a run.
Ids chosen_models(const Snapshot& snapshot, const Choice& choice, const std::vector<Reference>& named);

/// The model that a reference names; of a run, the only one that it made. Throws Error(invalid_argument) and
/// Error(ambiguous).
std::int64_t one_model(const Snapshot& snapshot, const Reference& reference);

/// The call that fitted a model, and what it took.
struct Fit {
  std::int64_t call = 0;
  std::string op;
  std::optional<std::int64_t> X{};     ///< the data whose columns it looked at
  std::optional<std::int64_t> y{};     ///< the target
  std::optional<std::int64_t> from{};  ///< the model that it went on from
};

/// The fits of models, where they were recorded.
std::unordered_map<std::int64_t, Fit> fits_of(const Snapshot& snapshot, const Ids& models);

/// Models that flowed into models, by the slot: steps of a pipeline, the best of a search. In the order of the fits.
std::vector<std::pair<std::string, std::int64_t>> parts_of(const Snapshot& snapshot, std::int64_t model);

}  // namespace mltrack::ask
