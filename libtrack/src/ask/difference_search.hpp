#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "ask/alignment.hpp"
#include "ask/causes.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

/// A cause and the place in the order of pairs where it shows.
struct FoundCause {
  std::size_t at = 0;
  Cause cause;
};

/// Goes through pairs of calls in order and tells causes from what follows from them: data that came out of a call that
/// differs already is no cause.
class DifferenceSearch {
 public:
  DifferenceSearch(sqlite::Connection& db, store::NodeReader& reader, const CallGraph& a, const CallGraph& b,
                   std::vector<Pair> pairs);

  void go_through_calls();
  /// Compares two nodes that no call of the graphs took; causes come behind those of all calls.
  void compare_ends(Place a, Place b);

  const std::vector<Pair>& pairs() const noexcept { return pairs_; }
  const std::vector<FoundCause>& causes() const noexcept { return causes_; }
  /// Pairs of calls whose results differ though nothing that flowed in does, innermost only.
  const std::vector<std::size_t>& unexplained() const noexcept { return unexplained_; }
  /// The first pair that differs in any way, or the number of pairs.
  std::size_t first() const noexcept { return first_; }
  const std::vector<std::string>& notes() const noexcept { return notes_; }

  /// What a call is in a sentence: LogisticRegression.fit, read_csv.
  std::string called(const CallGraph& graph, Place call);
  const CallGraph& a() const noexcept { return a_; }
  const CallGraph& b() const noexcept { return b_; }

 private:
  void add_given_up();
  void compare_pair(const Pair& pair);
  void add_unmatched(const Pair& pair);
  bool compare_specs(const Pair& pair);
  Said said_above(Place call) const;
  bool compare_status(const Pair& pair, bool follows);
  bool compare_inputs(const Pair& pair);
  bool compare_slot(std::int64_t slot, const std::vector<Flowed>& a, const std::vector<Flowed>& b);
  bool outputs_differ(const Pair& pair) const;
  bool fitted_differ(const Vertex& a, const Vertex& b) const;
  bool metrics_differ(const Pair& pair) const;

  bool nodes_differ(Place a, Place b);
  bool find_difference(Place a, Place b);
  bool decided_here(Place a, Place b) const;
  bool made_differ(const Flowed& a, const Flowed& b);
  bool derived_differ(Place a, Place b);
  bool ways_differ(const Flowed& a, const Flowed& b);
  void add_file(Place a, Place b);
  void add_shape(Place a, Place b);
  std::vector<std::pair<Place, Place>> sources_to_compare(Place a, Place b) const;
  std::string data_name(Place a);

  void add(Cause cause);
  void add_step(const std::string& type_a, const std::string& type_b, std::string text);
  std::string text_of(std::int64_t name) { return name == 0 ? "" : reader_.name(name); }

  sqlite::Connection& db_;
  store::NodeReader& reader_;
  const CallGraph& a_;
  const CallGraph& b_;
  std::vector<Pair> pairs_;
  std::unordered_map<Place, Place> partner_;  // of calls of a
  std::set<Place> unmatched_a_;
  std::set<Place> unmatched_b_;
  std::vector<bool> behind_unmatched_a_;  // data derived from what a call without a like made
  std::vector<bool> behind_unmatched_b_;
  std::set<Place> differing_;  // calls of a whose results are not the same
  std::set<Place> explained_;  // calls of a for which there is a cause, in them or inside
  std::map<std::pair<Place, Place>, bool> compared_;
  std::map<Place, Said> said_;  // of calls of a
  std::set<std::string> sentences_;
  std::set<std::pair<std::string, std::string>> ways_;
  std::set<std::string> part_classes_;  // estimators inside of which others differ
  std::set<std::pair<std::string, std::string>> steps_;
  std::set<std::pair<std::string, std::string>> failures_;
  bool stopped_a_ = false;  // a call failed; what would have come is missing
  bool stopped_b_ = false;

  std::size_t at_ = 0;
  std::size_t first_ = 0;
  std::vector<FoundCause> causes_;
  std::vector<std::size_t> unexplained_;
  std::vector<std::string> notes_;
};

}  // namespace mltrack::ask
