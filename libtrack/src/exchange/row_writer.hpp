#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "exchange/parts.hpp"
#include "exchange/place.hpp"
#include "store/writer.hpp"

namespace mltrack::exchange {

/// Turns objects of a document into rows of a store. References are looked up: contents among those that were written
/// from this document or are in the store, nodes by the number in their run.
class RowWriter {
 public:
  explicit RowWriter(store::Writer& writer) : writer_(writer) {}

  store::Writer& writer() noexcept { return writer_; }

  /// The run whose rows are written.
  void enter(const Uid& run) { run_ = run; }
  const Uid& run() const noexcept { return run_; }
  void know(const Uid& run, std::int64_t seq, store::RowId node) { nodes_[{run, seq}] = node; }

  /// The cells of a row, the owner's first, where the part has one.
  store::CopiedRow row(const Part& part, store::RowId owner, const Place& place);
  void add(store::CopiedRow& row, const Field& field, const Place& place);
  /// Writes it.
  void copy(const Part& part, store::RowId owner, const Place& place);

  /// The node of a number or of "<uid>:<number>". Throws Error(not_found) for one that neither has.
  store::RowId node(const Place& place);
  /// The same, or nothing where it is not there yet.
  std::optional<store::RowId> find_node(const Place& place);
  NodeRef ref(const Place& place) const;

 private:
  store::RowCell cell(const Field& field, const Place& place, const store::CopiedRow& row);
  void add_value(store::CopiedRow& row, const Place& place);
  store::RowCell names(const Place& place);
  store::RowCell fold(const Place& place, const store::CopiedRow& trial);  // its call is its first cell
  store::RowId content(const Place& place);

  store::Writer& writer_;
  Uid run_;
  std::map<std::pair<Uid, std::int64_t>, store::RowId> nodes_;
};

/// Members of an object that are one value: type and value.
inline constexpr std::string_view type_key = "type";
inline constexpr std::string_view value_key = "value";

}  // namespace mltrack::exchange
