#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mltrack/id.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::audit {

/// A vertex by its place in the graph; places grow as node ids do.
using Index = std::size_t;

/// An edge as one of its ends sees it.
struct Link {
  Index vertex = 0;
  std::string_view slot;
  std::string_view via;  ///< empty for what came out of a call
};

struct Vertex {
  std::int64_t id = 0;
  std::int64_t seq = -1;  ///< -1: of another run
  Kind kind = Kind::dataset;
  std::string_view type;
  std::optional<std::int64_t> content{};
  std::optional<std::int64_t> rows{};  ///< how many, of a dataset
  std::string_view op{};               ///< of a call
  std::optional<Index> parent{};
  bool finished = false;
  std::string_view learnt{};  ///< of a fit, where the process that ran it told
  std::vector<Link> in{};
};

/// The graph of one run in memory. Of nodes of other runs it has those that flowed in, without what is behind them.
class Graph {
 public:
  Graph(sqlite::Connection& db, std::int64_t run);

  const Vertex& operator[](Index index) const { return vertices_[index]; }
  std::size_t size() const noexcept { return vertices_.size(); }
  /// The vertex of a node of the run; nothing for a node of another.
  std::optional<Index> find(const NodeRef& node) const;

  /// From now on the rows of `part` count among those of `inside`.
  void share_rows(Index part, Index inside);
  /// What a fit learnt from, told by the process that ran it.
  void set_learnt(Index fit, std::string_view what);

  /// The datasets from which the rows of a dataset were taken, itself among them, as far as the record goes.
  const std::vector<Index>& rows(Index dataset);
  /// True when rows of `part`, or of one with its values, are among those of `dataset`.
  bool has_rows(Index dataset, Index part);
  /// True when all rows of `whole` are rows of `dataset`: it is where they came from, or has all the rows of that.
  bool covers(Index dataset, Index whole);
  /// One step towards where the rows came from, and the call between, if there is one.
  struct Step {
    Index from = 0;
    std::optional<Index> call{};
  };
  std::vector<Step> steps(Index dataset) const;

  /// A call's features: its X, or the first data that is no target.
  std::optional<Index> features(Index call) const;
  /// A call's input or nothing.
  std::optional<Index> input(Index call, std::string_view slot) const;
  /// The fits that a model has learnt from, the latest first.
  std::vector<Index> fits_of(Index model) const;
  /// The call that a vertex came out of.
  std::optional<Link> maker(Index vertex) const;
  /// True for a call that the user's program made, not an estimator.
  bool outermost(Index call) const;

 private:
  void read_vertices(sqlite::Connection& db, std::int64_t run);
  void read_edges(sqlite::Connection& db, std::int64_t run);
  Index vertex_of(std::int64_t id);
  std::vector<Index> origins(const Link& made) const;
  std::string_view name(sqlite::Connection& db, std::int64_t id);

  Uid uid_;  // of the run
  std::vector<Vertex> vertices_;
  std::unordered_map<std::int64_t, Index> places_;   // by node id
  std::unordered_map<std::int64_t, Index> numbers_;  // by seq
  std::unordered_map<std::int64_t, std::string> names_;
  std::unordered_map<Index, std::vector<Index>> rows_;
  std::unordered_map<Index, std::vector<Index>> shared_;  // parts whose rows a dataset has, by values
};

bool is_fit(std::string_view op);
bool is_prediction(std::string_view op);

}  // namespace mltrack::audit
