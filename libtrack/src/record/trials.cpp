#include <algorithm>

#include <mltrack/run.hpp>

#include "record/call_state.hpp"
#include "record/run_state.hpp"
#include "value/row_numbers.hpp"

namespace mltrack {
namespace {

using store::RowId;

/// Most folds are fitted on every row that they are not scored on, in order: then only the count is kept.
std::optional<std::int64_t> count_of_all(const FoldRows& rows) {
  const auto count = static_cast<std::int64_t>(rows.train.size() + rows.test.size());
  return value::others(rows.test, count) == rows.train ? std::optional(count) : std::nullopt;
}

RowId write_rows(store::Writer& writer, RowId call, std::int64_t nth, const FoldRows& rows) {
  const auto count = count_of_all(rows);
  const std::vector<std::uint8_t> test = value::packed(rows.test);
  if (count) return writer.fold_rows(call, nth, std::nullopt, test, *count);
  const std::vector<std::uint8_t> train = value::packed(rows.train);
  return writer.fold_rows(call, nth, sqlite::Blob(train), test, 0);
}

bool has_candidates(const std::vector<Trial>& trials) {
  return std::any_of(trials.begin(), trials.end(), [](const Trial& trial) { return trial.candidate != 0; });
}

std::string name_of(const Trial& trial, bool several) {
  const std::string fold = "fold " + std::to_string(trial.fold);
  return several ? "candidate " + std::to_string(trial.candidate) + " " + fold : fold;
}

CallResult result_of(const Trial& trial, const NodeRef& call) {
  CallResult result;
  if (trial.model) result.outputs.push_back(*trial.model);
  for (const auto& [name, value] : trial.scores)
    result.metrics.push_back({.name = name, .value = value, .subject = call});
  result.took_us = trial.fit_us.value_or(0) + trial.score_us.value_or(0);
  return result;
}

}  // namespace

std::vector<NodeRef> Run::log_trials(const TrialsInfo& info) {
  const store::WaitLimit wait(info.wait_ms);
  return state_->write([&](store::Writer& writer) {
    const RowId parent = writer.find(info.parent);
    std::vector<RowId> rows;
    for (const FoldRows& fold : info.rows)
      rows.push_back(write_rows(writer, parent, static_cast<std::int64_t>(rows.size()), fold));
    const bool several = has_candidates(info.trials);
    std::vector<NodeRef> models;
    for (const Trial& trial : info.trials) {
      CallInfo call_info{.estimator = info.estimator,
                         .params = trial.params,
                         .inputs = info.inputs,
                         .name = name_of(trial, several),
                         .parent = info.parent,
                         .op = "trial"};
      record::CallState call = record::CallState::begin(writer, *state_, call_info);
      call.end(writer, result_of(trial, call.node.ref));
      if (!trial.error_type.empty())
        writer.end_call(call.node.id, "failed", trial.fit_us.value_or(0), 0, trial.error_type, trial.error);
      const bool known = trial.rows >= 0 && static_cast<std::size_t>(trial.rows) < rows.size();
      writer.trial({.id = call.node.id,
                    .candidate = trial.candidate,
                    .fold = trial.fold,
                    .rows = known ? std::optional(rows[static_cast<std::size_t>(trial.rows)]) : std::nullopt,
                    .fit_us = trial.fit_us,
                    .score_us = trial.score_us});
      models.push_back(trial.model ? call.outputs.front() : NodeRef());
    }
    return models;
  });
}

}  // namespace mltrack
