#pragma once

#include <mltrack/query.hpp>

#include "ask/cursor.hpp"
#include "ask/fields.hpp"
#include "ask/filter.hpp"
#include "ask/snapshot.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask {

/// A request for a list, parsed before the snapshot is taken.
struct Listing {
  const Listed* listed;
  Select select;
  std::optional<filter::Expression> where{};
  std::vector<filter::OrderKey> order{};
  std::vector<filter::Operand> fields{};
  std::vector<std::string> field_texts{};  ///< what each field was parsed from
  std::vector<Key> after{};                ///< empty: from the start
  SqlText also{};                          ///< one more condition, or nothing
  std::string scope{};                     ///< the same as a text, for cursors
};

/// Throws Error(bad_filter), and Error(invalid_argument) for a bad `after`.
Listing parse_listing(const Listed& listed, const Select& select, const std::string& scope = {});
Listing parse_listing(Kind kind, const Select& select);

/// Rows of a listing, in its order; `next` leads on where the limit cut it.
struct Rows {
  Ids ids{};
  Ids owners{};  ///< the node of each that has the parameters, metrics and tags
  std::optional<std::string> next{};
};
Rows select_rows(const Snapshot& snapshot, const Listing& listing);

/// The nodes of a listing, in its order.
Ids select_ids(const Snapshot& snapshot, const Listing& listing);
std::vector<Node> list_nodes(const Snapshot& snapshot, const Listing& listing);
Page list_page(const Snapshot& snapshot, const Listing& listing);

/// `WITH live_runs (id) AS (...) ` where the SQL asks for the runs whose process lives; else nothing.
SqlText with_live_runs(const Snapshot& snapshot, const std::string& sql);

}  // namespace mltrack::ask
