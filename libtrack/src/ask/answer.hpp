#pragma once

#include <mltrack/error.hpp>

#include "ask/query_state.hpp"
#include "ask/reference.hpp"
#include "ask/snapshot.hpp"
#include "ask/walk.hpp"

namespace mltrack::ask {

/// Commits what is pending, digests files before the snapshot is taken, and answers inside it. Each of `refs` is a text
/// or a list of texts, and becomes a Reference or a list of them.
template <class Answer, class... Refs>
auto ask_about(QueryState& state, Answer&& answer, const Refs&... refs) {
  if (in_a_walk)
    throw Error(ErrorCode::wrong_state, "a function that a walk calls cannot ask; note the references, ask afterwards");
  state.before();
  return [&](const auto&... references) {
    return state.store->read([&](sqlite::Connection& db) { return answer(Snapshot{db}, references...); });
  }(prepare(refs)...);
}

}  // namespace mltrack::ask
