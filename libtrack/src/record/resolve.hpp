#pragma once

#include <span>

#include <mltrack/call.hpp>

#include "store/writer.hpp"

namespace mltrack::record {

/// Which node an input is, and how that was found out.
struct Resolved {
  store::Stored node;
  std::string via;
};

/// Finds or makes the node of an object that flows into a call. `op` is the call's operation, `others` are the nodes of
/// the call's other inputs so far, which are never its origin.
Resolved resolve(store::Writer& rows, const store::RunRow& run, const Flow& flow, std::string_view op,
                 std::span<const store::RowId> others);

/// Makes a new node for an object, with edges from its sources. `made`: it comes out of a call.
store::Stored make_node(store::Writer& rows, const store::RunRow& run, const Flow& flow, bool made = false);

}  // namespace mltrack::record
