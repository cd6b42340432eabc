#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mltrack/query.hpp>

#include "sqlite/connection.hpp"
#include "store/read_runs.hpp"

namespace mltrack::store {

/// The one place where rows become results. Lives no longer than a snapshot: names, runs and experiments are kept.
class NodeReader {
 public:
  explicit NodeReader(sqlite::Connection& db) : db_(db), runs_(db) {}

  /// The nodes of `ids`, in that order and complete, with a fixed number of statements. Ids must exist and be distinct.
  std::vector<Node> read(std::span<const std::int64_t> ids);
  Node read_one(std::int64_t id) { return std::move(read({&id, 1}).front()); }

  /// References of nodes, in the order of `ids`.
  std::vector<std::string> refs(std::span<const std::int64_t> ids);

  /// The text of an interned name; nothing for NULL.
  const std::string& name(std::int64_t id);
  std::optional<std::string> name(const sqlite::Statement& row, int column);

 private:
  struct Work;
  void read_base(Work& work);
  void read_paths(Work& work);
  void read_runs(Work& work);
  void read_calls(Work& work);
  void read_makers(Work& work);
  void read_specs(Work& work);
  void read_metrics(Work& work);
  void read_tags(Work& work);
  void place(Node& node, std::int64_t run);
  void add_metrics(Work& work, std::string_view sql, std::span<const std::int64_t> ids,
                   const std::unordered_map<std::int64_t, std::int64_t>& owners);

  sqlite::Connection& db_;
  RunReader runs_;
  std::unordered_map<std::int64_t, std::string> names_;
  std::unordered_map<std::int64_t, std::pair<std::string, std::string>> experiments_;  // project, experiment
};

}  // namespace mltrack::store
