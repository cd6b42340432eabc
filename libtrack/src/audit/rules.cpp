#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/case.hpp"

namespace mltrack::audit {

namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i) text += (i ? ", " : "") + names[i];
  return names.size() > 5 ? text + ", ..." : text;
}

/// A model was fitted on rows on which it was then measured.
void report_model(Case& run, const Evaluation& evaluation, const Part& part, Index fit, Index fitted_on) {
  const bool supervised = run.graph.input(fit, "y").has_value();
  Finding finding{
      .grade = supervised ? Grade::alarm : Grade::mild,
      .advice = fmt::format("{} was fitted on rows that a split held out, and then measured on them: what was measured "
                            "says little about new data. Fit it on the training part alone.",
                            run.short_name(fit)),
      .nodes = {{"fit", fit}, {"split", part.split}, {"test", part.data}, {"score", evaluation.call}}};
  if (const auto* shared = run.counted_rows(fitted_on, part.data)) {
    finding.counted = shared->counted;
    finding.total = shared->total;
  }
  run.report("test_rows_in_training", fit, std::move(finding));
}

/// What the model was measured on went through a fit that saw it.
void report_shaping(Case& run, const Evaluation& evaluation, const Part& part, const Shaping& shaping) {
  const bool target = run.used_target(shaping.fit);
  const bool only_test = shaping.data == part.data || run.graph.has_rows(shaping.data, part.data);
  const char* when = only_test ? "fitted on the rows that a split held out" : "fitted before its rows were split";
  Finding finding{
      .grade = target ? Grade::alarm : Grade::mild,
      .advice = fmt::format("{} was {}, {}. Fit it on the training part alone, or put it into a pipeline.",
                            run.short_name(shaping.fit), when,
                            target ? "and it learnt from their targets: the test score is too good"
                                   : "without their targets: the test score may be a little too good"),
      .nodes = {{"fit", shaping.fit}, {"split", part.split}, {"test", part.data}, {"score", evaluation.call}}};
  if (const auto* shared = run.counted_rows(shaping.data, part.data)) {
    finding.counted = shared->counted;
    finding.total = shared->total;
  }
  run.report("fitted_before_split", shaping.fit, std::move(finding));
}

/// True where values that a model predicted are among the features: they may equal the target because it is good.
bool has_predictions(Case& run, Index data) {
  return std::ranges::any_of(run.graph.rows(data), [&](Index source) {
    const auto maker = run.graph.maker(source);
    if (!maker) return false;
    const std::string_view op = run.graph[maker->vertex].op;
    return is_prediction(op) || op == "cross_val_predict" || op == "fit_predict";
  });
}

/// A cross-validation got data that went through a fit outside of it.
void report_outside(Case& run, Index validation, Index data, const Shaping& shaping) {
  const bool target = run.used_target(shaping.fit);
  const bool inside_training = std::ranges::any_of(
      run.parts(data), [&](const Part& part) { return !part.held_out && run.graph.has_rows(shaping.data, part.data); });
  const char* which = inside_training ? "the scores of the folds are too good, those of the test part are not"
                                      : "the scores of the folds are too good";
  const std::string name = run.short_name(shaping.fit);
  std::vector<std::pair<std::string, Index>> nodes = {{"fit", shaping.fit}, {"validation", validation}};
  if (target) {
    run.report("selection_outside_cv", shaping.fit,
               {.grade = inside_training ? Grade::mild : Grade::alarm,
                .advice = fmt::format("{} learnt from the targets of rows that the folds of a cross-validation then "
                                      "held out: {}. Put it into a pipeline, and validate that.",
                                      name, which),
                .nodes = std::move(nodes)});
  } else {
    run.report("fitted_before_split", shaping.fit,
               {.grade = Grade::mild,
                .advice = fmt::format("{} was fitted, without targets, on rows that the folds of a cross-validation "
                                      "then held out: their scores may be a little too good. Put it into a pipeline, "
                                      "and validate that.",
                                      name),
                .nodes = std::move(nodes)});
  }
}

}  // namespace

void find_fits_on_test_rows(Case& run) {
  for (const Evaluation& evaluation : run.evaluations) {
    if (!evaluation.counts) continue;
    for (const Part& part : run.parts(evaluation.data)) {
      if (!part.held_out) continue;
      for (const Index fit : run.graph.fits_of(evaluation.model))
        if (const auto on = run.graph.features(fit); on && run.saw(*on, part))
          report_model(run, evaluation, part, fit, *on);
      for (const Shaping& shaping : run.shapings(evaluation.data))
        if (run.graph[shaping.fit].learnt != "shape" && run.saw(shaping.data, part))
          report_shaping(run, evaluation, part, shaping);
    }
  }
}

void find_selection_outside_validation(Case& run) {
  std::set<Index> validations;
  for (Index i = 0; i < run.graph.size(); ++i)
    if (run.graph[i].op == "trial" && run.graph[i].parent) validations.insert(*run.graph[i].parent);
  for (const Index call : run.calls) {
    if (!validations.contains(call)) continue;
    const auto data = run.graph.features(call);
    if (!data) continue;
    for (const Shaping& shaping : run.shapings(*data))
      if (shaping.fit != call && run.graph[shaping.fit].learnt != "shape" && run.graph.covers(shaping.data, *data))
        report_outside(run, call, *data, shaping);
  }
}

void find_target_columns(Case& run) {
  for (const auto& seen : run.evidence.targets) {
    const auto call = run.graph.find(seen.call);
    const auto data = call ? run.graph.features(*call) : std::nullopt;
    if (!data || has_predictions(run, *data)) continue;
    run.report("target_in_features", *call,
               {.grade = Grade::alarm,
                .advice = fmt::format("the features have what says the target itself: {}. Leave it out.",
                                      listed(seen.columns)),
                .counted = static_cast<std::int64_t>(seen.columns.size()),
                .total = seen.total,
                .nodes = {{"fit", *call}, {"features", *data}}});
  }
}

void find_repeated_rows(Case& run) {
  for (const auto& seen : run.evidence.repeated) {
    const auto call = run.graph.find(seen.call);
    if (!call) continue;
    const bool splits = run.graph[*call].op == "split";
    run.report(splits ? "test_rows_in_training" : "selection_outside_cv", *call,
               {.grade = Grade::alarm,
                .advice = splits ? "rows of the test part are in the training part too, far more of them than chance "
                                   "makes alike: were rows repeated or resampled before the split? Split first."
                                 : "rows that a cross-validation got are there more than once, far more of them than "
                                   "chance makes alike, so that folds are tested on rows that they were trained on. "
                                   "Resample inside the folds.",
                .counted = seen.counted,
                .total = seen.total,
                .nodes = {{splits ? "split" : "validation", *call}}});
  }
}

void find_scores_on_training_data(Case& run) {
  for (const Evaluation& evaluation : run.evaluations) {
    if (!evaluation.counts) continue;
    for (const Index fit : run.graph.fits_of(evaluation.model)) {
      const auto on = run.graph.features(fit);
      if (!on) continue;
      const auto content = run.graph[*on].content;
      if (*on != evaluation.data && (!content || content != run.graph[evaluation.data].content)) continue;
      run.report(
          "scored_on_training", evaluation.call,
          {.grade = Grade::note,
           .advice = fmt::format("{} was measured on the very data it was fitted on: right for a learning curve, "
                                 "no measure of what it does with new data.",
                                 run.short_name(fit)),
           .nodes = {{"fit", fit}, {"score", evaluation.call}}});
      break;
    }
  }
}

void find_reused_test_sets(Case& run) {
  std::map<Index, std::map<Index, Index>> scored;  // test part -> model -> call
  for (const Evaluation& evaluation : run.evaluations)
    if (evaluation.counts)
      for (const Part& part : run.parts(evaluation.data))
        if (part.held_out) scored[part.data].try_emplace(evaluation.model, evaluation.call);
  for (const auto& [part, models] : scored) {
    if (models.size() <= run.evidence.reuse_limit) continue;
    Finding finding{.grade = Grade::note,
                    .advice = fmt::format("{} models were measured on one test set: if the best of them was chosen by "
                                          "it, its score is too good. Choose by cross-validation, then test once.",
                                          models.size()),
                    .counted = static_cast<std::int64_t>(models.size()),
                    .nodes = {{"test", part}}};
    for (const auto& [model, call] : models) finding.nodes.emplace_back("score", call);
    run.report("test_set_reused", part, std::move(finding));
  }
}

}  // namespace mltrack::audit
