#include <mltrack/query.hpp>

#include "ask/answer.hpp"
#include "ask/chain.hpp"
#include "ask/importances.hpp"
#include "ask/intervals.hpp"
#include "ask/model_columns.hpp"
#include "ask/models.hpp"
#include "ask/problem.hpp"
#include "ask/rank.hpp"
#include "ask/side_by_side.hpp"
#include "ask/similar.hpp"
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

Table Query::compare_params(const std::vector<Ref>& refs, bool only_differences) const {
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const auto& named) {
        return ask::params_side_by_side(snapshot, named, only_differences);
      },
      refs);
}

Table Query::compare_features(const std::vector<Ref>& refs, bool only_differences) const {
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const auto& named) {
        return ask::features_side_by_side(snapshot, named, only_differences);
      },
      refs);
}

Table Query::compare_importances(const std::vector<Ref>& refs) const {
  return ask_about(*state_, ask::importances_side_by_side, refs);
}

Table Query::features(const Ref& model, bool original) const {
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const Reference& one) { return ask::columns_of_model(snapshot, one, original); },
      model.text());
}

Table Query::similar(const Ref& model, std::optional<std::size_t> limit) const {
  return ask_about(
      *state_, [&](const Snapshot& snapshot, const Reference& one) { return ask::similar(snapshot, one, limit); },
      model.text());
}

Table Query::importances(const Ref& model) const { return ask_about(*state_, ask::importances, model.text()); }

Table Query::rank(const Ranking& ranking) const {
  const ask::Choice choice = ask::choice_of(ranking.models);
  const auto on = ranking.on ? std::optional(ask::prepare(*ranking.on)) : std::nullopt;
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const std::vector<Reference>& named) {
        return ask::rank(snapshot, ranking, choice, named, on);
      },
      ranking.models.refs);
}

Table Query::confidence_intervals(const Ref& model, double level) const {
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const Reference& one) {
        return ask::confidence_intervals(snapshot, one, nullptr, level);
      },
      model.text());
}

Table Query::confidence_intervals(const Ref& model, const TrainingData& data, double level) const {
  const ask::Given given = ask::given(data);
  return ask_about(
      *state_,
      [&](const Snapshot& snapshot, const Reference& one) {
        return ask::confidence_intervals(snapshot, one, &given, level);
      },
      model.text());
}

Chain Query::pipeline(const Ref& model) const { return ask_about(*state_, ask::chain_of, model.text()); }

Table Query::overview() const { return ask_about(*state_, ask::overview); }

}  // namespace mltrack
