#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/alarm.hpp>
#include <mltrack/comparison.hpp>
#include <mltrack/fitted.hpp>
#include <mltrack/id.hpp>
#include <mltrack/node.hpp>
#include <mltrack/question.hpp>
#include <mltrack/table.hpp>
#include <mltrack/trial.hpp>
#include <mltrack/walk.hpp>

namespace mltrack {

namespace store {
class Store;
}
namespace ask {
class QueryState;
}

/// Questions to a store. Copies share a connection; threads may share a Query. Each function reads one snapshot.
///
/// A reference (`ref`) is tried in this order: the path of an existing file (digested on the spot; a changed file falls
/// back to what was last seen at that location; a Table, Lineage, Comparison, Explanation and Chain say so in `notes`),
/// `run:seq`, a unique prefix of a run's uid, a digest prefix of 6 or more digits, `project/experiment`, a project.
/// Errors: Error(not_found), Error(ambiguous) that lists the candidates, Error(bad_filter) that points at the column.
class Query {
 public:
  explicit Query(std::shared_ptr<store::Store> store);

  std::vector<Node> projects(const Select& select = {}) const;
  std::vector<Node> experiments(const Select& select = {}) const;
  std::vector<Node> runs(const Select& select = {}) const;
  std::vector<Node> calls(const Select& select = {}) const;
  std::vector<Node> datasets(const Select& select = {}) const;
  std::vector<Node> models(const Select& select = {}) const;
  std::vector<Node> artifacts(const Select& select = {}) const;

  /// The same page by page: at most `select.limit` nodes (100 unless given) and where to go on. Throws
  /// Error(invalid_argument) for an `after` that another question gave.
  Page page(Kind kind, const Select& select = {}) const;

  /// The same as a table: `select.fields`, else every field, `params.NAME`, `metrics.NAME` and `tags.NAME` that some
  /// row fills. Reads columns, not nodes: use it for many rows.
  Table table(Kind kind, const Select& select = {}) const;

  /// The signs of leakage that were stored. An empty answer is no certificate.
  std::vector<Alarm> alarms(const AlarmSelect& select = {}) const;

  /// The same page by page and as a table, as `page` and `table` do it for nodes.
  AlarmPage alarm_page(const AlarmSelect& select = {}) const;
  Table alarm_table(const AlarmSelect& select = {}) const;

  /// The upward closure, the downward closure and both, over edges; `depth` bounds the number of edges. A reference to
  /// content that occurs several times, such as a file read by many runs, starts at all its occurrences. Asked of a
  /// run, the closure starts at all nodes of the run. `kind` leaves out all nodes of other kinds, and their edges.
  Lineage ancestors(const Ref& ref, std::optional<int> depth = {}, std::optional<Kind> kind = {}) const;
  Lineage descendants(const Ref& ref, std::optional<int> depth = {}, std::optional<Kind> kind = {}) const;
  Lineage lineage(const Ref& ref, std::optional<int> depth = {}, std::optional<Kind> kind = {}) const;

  /// Passes the ancestors or descendants to `see` one by one, in topological order, until it returns false, and returns
  /// how many there are, seen or not; without `see` they are only counted. Millions take a bit each and no more. `see`
  /// cannot ask a store: that is Error(wrong_state).
  std::int64_t walk(const Walk& walk, const std::function<bool(const Passed&)>& see = {}) const;

  /// The common ancestors that have no common descendant among themselves: datasets first, then newest first. A node is
  /// not its own ancestor, but may be the common ancestor of itself and a descendant. Empty when there is none.
  std::vector<Node> common_ancestor(const Ref& a, const Ref& b) const;

  /// What differs between two runs (without the trials of searches that have a result), models, calls or datasets.
  Comparison compare(const Ref& a, const Ref& b) const;

  /// Runs or models side by side, a column each: a row for each thing of that kind, or for those that differ.
  Table compare(const std::vector<Ref>& refs, bool only_differences = false) const;
  Table compare_params(const std::vector<Ref>& refs, bool only_differences = false) const;
  Table compare_features(const std::vector<Ref>& refs, bool only_differences = false) const;
  Table compare_importances(const std::vector<Ref>& refs) const;

  /// Why two runs, models, datasets or predictions differ.
  Explanation explain(const Ref& a, const Ref& b) const;

  Node node(const Ref& ref) const;
  Details details(const Ref& ref) const;

  /// The trials of a search or a cross-validation, with the rows of its folds; none of another call.
  StoredTrials trials(const Ref& ref) const;

  /// What a fitted model says about itself: the columns it took and made, coefficients, importances, classes. Series
  /// are metrics; see `points`. Empty for a model that said nothing and for what is no model.
  Fitted fitted(const Ref& ref) const;

  /// The models that were fitted on values of a column of this name, by age, with each way that the values took through
  /// fitted transformers. Columns keep their identity through splits and selections; one that was computed outside
  /// recorded calls is a column of its own. Throws Error(not_found) when no dataset or model has such a column.
  std::vector<ColumnUse> uses_column(const std::string& name) const;

  /// The columns that a model was fitted on; `original`: those of the files and sources that these were made of, each
  /// with the dataset that brought it into the run.
  Table features(const Ref& model, bool original = false) const;

  /// How many rows each model was fitted on: of a fold, its own; of a fit that goes on from a model, the last ones.
  Table training_rows(const Models& models = {}) const;

  /// Iterations of each model that iterates, how many it was allowed, and whether it stopped before that.
  Table convergence(const Models& models = {}) const;

  /// Models by problem type: classification, regression, clustering, decomposition, outlier detection, density
  /// estimation, transformer, unknown. A model with steps is what its last step is.
  Table problem_types(const Models& models = {}) const;

  /// The models of the same problem type, nearest first, by the mean of those of three distances (0 to 1) that exist:
  /// of parameters, Gower's over those that both have, where a number differs by its part of the candidates' range and
  /// anything else wholly, 1 for a parameter that only one has; of features, the part of all names that both do not
  /// share; of metrics, the mean difference of those that both have, as a part of the candidates' range.
  Table similar(const Ref& model, std::optional<std::size_t> limit = {}) const;

  /// Features by importance: coefficients of linear models times the standard deviation of their column where the fit
  /// kept that, importances of trees, permutation importances where they were recorded; `measure` says which. Of
  /// several classes the mean of the absolute coefficients counts. Throws Error(not_found) for a model that says
  /// nothing of it.
  Table importances(const Ref& model) const;

  /// Models by a metric, best first. Throws Error(not_found) when no model has it.
  Table rank(const Ranking& ranking) const;

  /// Confidence intervals of the coefficients of a linear or logistic model, two-sided, from what its fit kept on
  /// request, or from the data it was fitted on: their digests must be those that were recorded. Student's t for least
  /// squares, normal for logistic regression. A penalty makes them approximate, which `notes` say. Throws
  /// Error(invalid_argument) for a model or data for which there is no such interval.
  Table confidence_intervals(const Ref& model, double level = 0.95) const;
  Table confidence_intervals(const Ref& model, const TrainingData& data, double level = 0.95) const;

  /// Projects with the number of their experiments, runs and models and the start of their last run, by name.
  Table overview() const;

  /// The chain of steps behind a model.
  Chain pipeline(const Ref& model) const;

  /// The series of a metric whose subject is the node.
  std::vector<Point> points(const Ref& ref, const std::string& metric) const;

 private:
  std::shared_ptr<ask::QueryState> state_;
};

}  // namespace mltrack
