#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mltrack/alarm.hpp>

#include "audit/graph.hpp"

namespace mltrack::audit {

/// A part of a dataset that a split made.
struct Part {
  Index data = 0;
  Index split = 0;
  Index whole = 0;        ///< what was split
  bool held_out = false;  ///< a test part, or a part of one
};

/// A model that made predictions of data, or was scored on it.
struct Evaluation {
  Index call = 0;
  Index model = 0;
  Index data = 0;
  bool counts = false;  ///< something was measured: a score, or predictions that a metric took
};

/// A fit whose output data went through, on its way from the rows it was fitted on or others.
struct Shaping {
  Index fit = 0;
  Index data = 0;  ///< what it was fitted on
};

/// A sign of leakage before it has a row.
struct Finding {
  Grade grade = Grade::note;
  std::string advice{};
  std::optional<std::int64_t> counted{};
  std::optional<std::int64_t> total{};
  std::vector<std::pair<std::string, Index>> nodes{};
};

/// What the rules look at: the graph, what the process saw beyond it, and what every rule needs of both.
class Case {
 public:
  Case(Graph& graph, const Evidence& evidence);

  /// Files a finding. One about the same subject is replaced by a graver one, and shares its nodes.
  void report(const std::string& kind, Index subject, Finding finding);

  /// The last splits that data came through.
  const std::vector<Part>& parts(Index data) const;
  /// The fits that shaped data, nearest first.
  const std::vector<Shaping>& shapings(Index data) const;
  /// True when a fit saw rows of the part: those themselves, or all of what was split.
  bool saw(Index fitted_on, const Part& part);
  /// True when a fit had the target and used it.
  bool used_target(Index fit) const;
  /// `StandardScaler` of the call's `sklearn.preprocessing.StandardScaler`.
  std::string short_name(Index vertex) const;
  /// How many rows are shared, where the process counted them.
  const Evidence::SharedRows* counted_rows(Index data, Index part) const;

  Graph& graph;
  const Evidence& evidence;
  std::vector<Index> calls;  ///< those of the user's program that ended well
  std::vector<Evaluation> evaluations;
  std::map<std::pair<std::string, Index>, Finding> findings;

 private:
  void gather_evaluations();
  void add_measured(Index metric, std::set<Index>& measured) const;
  std::vector<Part> find_parts(Index data) const;
  std::vector<Shaping> find_shapings(Index data) const;
  bool held_out(Index split, std::string_view slot, Index whole) const;

  std::map<std::pair<Index, Index>, const Evidence::SharedRows*> shared_;  // by data and part
  mutable std::unordered_map<Index, std::vector<Part>> parts_;             // found once
  mutable std::unordered_map<Index, std::vector<Shaping>> shapings_;
};

// The rules. Each files what it finds.
void find_fits_on_test_rows(Case& run);
void find_selection_outside_validation(Case& run);
void find_target_columns(Case& run);
void find_repeated_rows(Case& run);
void find_scores_on_training_data(Case& run);
void find_reused_test_sets(Case& run);

}  // namespace mltrack::audit
