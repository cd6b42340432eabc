#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/alarm.hpp>
#include <mltrack/digest.hpp>
#include <mltrack/environment.hpp>
#include <mltrack/fitted.hpp>
#include <mltrack/id.hpp>
#include <mltrack/trial.hpp>
#include <mltrack/value.hpp>

namespace mltrack {

/// A metric as a result shows it. `value` is the last one; NaN is NaN.
struct MetricValue {
  std::string name;
  double value = 0;
  std::optional<std::string> subject{};  ///< reference of what it is about
  std::optional<std::string> dataset{};  ///< reference of the data it was measured on
  std::int64_t at_us = 0;
};

/// One node of the graph as a result shows it: plain data, independent of the store. Absent means the node has no such
/// thing. `params`, `metrics` and `tags` are filled for runs, models and calls.
struct Node {
  std::string ref;  ///< `run:seq` with a prefix that is unique in the store; a path for projects and experiments
  Kind kind = Kind::dataset;
  std::optional<std::string> op{};    ///< of a call: fit, transform, ...
  std::optional<std::string> type{};  ///< class path or function, dtype family, media type
  std::optional<std::string> name{};
  std::optional<std::string> digest{};  ///< hexadecimal
  std::optional<std::int64_t> rows{};
  std::optional<std::int64_t> columns{};
  std::optional<std::string> run{};  ///< uid of its run
  std::int64_t at_us = 0;            ///< a run's and a call's start; otherwise that of the call or run it belongs to
  std::optional<std::string> project{};
  std::optional<std::string> experiment{};
  std::optional<std::string> status{};  ///< of runs and calls
  std::optional<std::string> parent{};  ///< of a call: reference of the call it ran inside of
  std::optional<std::int64_t> took_us{};
  std::optional<std::int64_t> overhead_us{};
  std::optional<std::string> error_type{};
  std::optional<std::string> error{};
  std::optional<std::string> source{};
  std::optional<int> depth{};  ///< in a lineage answer: edges from the node asked about, shortest way
  Params params{};
  std::vector<MetricValue> metrics{};
  std::map<std::string, std::string> tags{};
};

/// A node's metrics, each name once: of several values the latest. An outer call ends after those inside it, so where a
/// pipeline and its last step both measured, this is the pipeline's.
std::map<std::string, double> latest_metrics(const Node& node);

/// An edge as a result shows it: src flowed into dst.
struct Edge {
  std::string src;
  std::string dst;
  std::string slot;
  std::optional<std::string> via{};
};

/// The nodes reached from a root, in topological order, and the edges among them and the root.
struct Lineage {
  Node root;
  std::vector<Node> nodes;  ///< the root is not among them
  std::vector<Edge> edges;
  std::vector<std::string> notes;  ///< what the reader should know: a reference that fell back, a cut
};

/// Everything about one node.
struct Column {
  std::int64_t pos = 0;
  std::optional<std::string> name{};
  std::string type{};
  std::string digest{};
};
struct Note {
  std::int64_t at_us = 0;
  std::string author;
  std::string text;
};
struct Details {
  Node node;
  std::vector<Edge> in;
  std::vector<Edge> out;
  std::vector<Column> columns;
  bool columns_omitted = false;  ///< too many columns to have rows of their own
  std::vector<Note> notes;
  std::vector<std::string> locations;
  std::optional<CodeInfo> code{};                ///< of a run
  std::optional<EnvironmentInfo> environment{};  ///< of a run
  std::optional<DumpInfo> dump{};                ///< of an artifact from which a model loads
};

/// One point of a series.
struct Point {
  std::int64_t step = 0;
  std::int64_t nth = 0;
  double value = 0;
  std::int64_t at_us = 0;
};

/// One thing in which two nodes differ; an absent side has no such thing.
struct Difference {
  std::string what;  ///< param, metric, tag, input, type, rows, columns, digest, status, ...
  std::string name;
  std::optional<std::string> a{};
  std::optional<std::string> b{};
};
struct Comparison {
  Node a;
  Node b;
  std::vector<Difference> differences;
};

/// A model that was fitted on values of a column, and one way that they took to it.
struct ColumnUse {
  Node model;
  std::vector<Node> through{};  ///< the fitted transformers on the way, in order; empty: it took the column itself
  bool assumed = false;         ///< something on the way does not say which columns it uses; all were assumed
};

/// Which nodes to list, in which order, how many. docs/cli.md has the language of `where`. `order_by` is a field, with
/// "desc" behind it to turn it round; absent: newest first. A limit of 0 means all.
struct Select {
  std::string where{};
  std::string order_by{};
  std::optional<std::size_t> limit{};
};

/// What a question is about: a text, in any of the forms that Query reads, or a node's handle.
class Ref {
 public:
  Ref(const char* text) : text_(text) {}
  Ref(std::string text) noexcept : text_(std::move(text)) {}
  Ref(const NodeRef& node) : text_(node.run.str() + ":" + std::to_string(node.seq)) {}

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

namespace store {
class Store;
}
namespace ask {
class QueryState;
}

/// Questions to a store. Copies share a connection; threads may share a Query. Each function reads one snapshot.
///
/// A reference (`ref`) is tried in this order: the path of an existing file (digested on the spot; a changed file falls
/// back to what was last seen at that location, and says so in `notes`), `run:seq`, a unique prefix of a run's uid, a
/// digest prefix of 6 or more digits, `project/experiment`, a project. Errors: Error(not_found), Error(ambiguous) that
/// lists the candidates, Error(bad_filter) that points at the column.
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

  /// The signs of leakage that were stored. An empty answer is no certificate.
  std::vector<Alarm> alarms(const AlarmSelect& select = {}) const;

  /// The upward closure, the downward closure and both, over edges; `depth` bounds the number of edges. A reference to
  /// content that occurs several times, such as a file read by many runs, starts at all its occurrences. Asked of a
  /// run, the closure starts at all nodes of the run.
  Lineage ancestors(const Ref& ref, std::optional<int> depth = {}) const;
  Lineage descendants(const Ref& ref, std::optional<int> depth = {}) const;
  Lineage lineage(const Ref& ref, std::optional<int> depth = {}) const;

  /// The common ancestors that have no common descendant among themselves: datasets first, then newest first. A node is
  /// not its own ancestor, but may be the common ancestor of itself and a descendant. Empty when there is none.
  std::vector<Node> common_ancestor(const Ref& a, const Ref& b) const;

  /// What differs between two runs, models, calls or datasets.
  Comparison compare(const Ref& a, const Ref& b) const;

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

  /// The series of a metric whose subject is the node.
  std::vector<Point> points(const Ref& ref, const std::string& metric) const;

 private:
  std::shared_ptr<ask::QueryState> state_;
};

}  // namespace mltrack
