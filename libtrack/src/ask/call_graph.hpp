#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <mltrack/id.hpp>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// The place of a node in a CallGraph; places grow as node ids do.
using Place = std::size_t;
inline constexpr Place nowhere = std::numeric_limits<Place>::max();

/// An edge as one of its ends sees it. Slots and ways are ids of names.
struct Flowed {
  Place end = nowhere;
  std::int64_t slot = 0;
  std::optional<std::int64_t> via{};  ///< nothing for what came out of a call
};

/// A node with what it was made of. Types, names, operations, contents and specs are ids of the store, equal on both
/// sides of a comparison.
struct Vertex {
  std::int64_t id = 0;
  Kind kind = Kind::dataset;
  std::int64_t type = 0;
  std::int64_t name = 0;
  std::int64_t content = 0;  ///< 0: it has no digest
  std::int64_t op = 0;       ///< of a call
  std::int64_t spec = 0;
  Place parent = nowhere;
  bool failed = false;
  std::vector<Flowed> in{};
  std::vector<Flowed> out{};                               ///< of a call: what came out of it
  std::vector<std::pair<std::int64_t, double>> metrics{};  ///< of a call: name and value of what it measured

  bool is_call() const noexcept { return kind == Kind::call; }
};

/// The calls behind one node or in one run, with what flowed through them. Of nodes outside it has those that flowed
/// in, without what is behind them.
class CallGraph {
 public:
  /// The graph of `ids`, which are sorted.
  CallGraph(sqlite::Connection& db, const Ids& ids);

  const Vertex& operator[](Place place) const { return vertices_[place]; }
  std::size_t size() const noexcept { return vertices_.size(); }

  /// The calls directly below a call, or those below none, in the order in which they began.
  const std::vector<Place>& below(Place call) const;

  /// The call that a node came out of, and as what.
  std::optional<Flowed> maker(Place place) const;

 private:
  struct Link {
    std::int64_t dst;
    std::int64_t src;
    std::int64_t slot;
    std::optional<std::int64_t> via;
  };
  static std::vector<Link> read_links(sqlite::Connection& db, const Ids& ids);
  void read_nodes(sqlite::Connection& db, const Ids& ids);
  void join(const std::vector<Link>& links);
  void read_metrics(sqlite::Connection& db, const Ids& ids);
  void nest();

  std::vector<Vertex> vertices_;
  std::unordered_map<std::int64_t, Place> places_;
  std::unordered_map<Place, std::vector<Place>> below_;
};

}  // namespace mltrack::ask
