#include <mltrack/query.hpp>

#include "ask/answer.hpp"
#include "ask/models.hpp"
#include "ask/problem.hpp"
#include "ask/training.hpp"

namespace mltrack {

using ask::ask_about;
using ask::Ids;
using ask::Reference;
using ask::Snapshot;

namespace {

using OfModels = Table (*)(const Snapshot&, const Ids&);

Table about(ask::QueryState& state, const Models& models, OfModels answer) {
  const ask::Choice choice = ask::choice_of(models);
  return ask_about(
      state,
      [&](const Snapshot& snapshot, const std::vector<Reference>& named) {
        return answer(snapshot, ask::chosen_models(snapshot, choice, named));
      },
      models.refs);
}

}  // namespace

Table Query::training_rows(const Models& models) const { return about(*state_, models, ask::training_rows); }
Table Query::convergence(const Models& models) const { return about(*state_, models, ask::convergence); }
Table Query::problem_types(const Models& models) const { return about(*state_, models, ask::problem_types); }

}  // namespace mltrack
