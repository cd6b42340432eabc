#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/environment.hpp>
#include <mltrack/id.hpp>
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

}  // namespace mltrack
