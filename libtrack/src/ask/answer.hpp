#pragma once

#include <type_traits>

#include <mltrack/error.hpp>

#include "ask/query_state.hpp"
#include "ask/reference.hpp"
#include "ask/snapshot.hpp"
#include "ask/walk.hpp"

namespace mltrack::ask {

/// An answer in which notes for the reader have a place.
template <class Answer>
concept Noted = std::is_same_v<decltype(Answer::notes), std::vector<std::string>>;

/// Commits what is pending, digests files before the snapshot is taken, and answers inside it. Each of `refs` is a text
/// or a list of texts, and becomes a Reference or a list of them. What was noted on the way stands first in the
/// answer's notes.
template <class Answer, class... Refs>
auto ask_about(QueryState& state, Answer&& answer, const Refs&... refs) {
  if (in_a_walk)
    throw Error(ErrorCode::wrong_state, "a function that a walk calls cannot ask; note the references, ask afterwards");
  state.before();
  return [&](const auto&... references) {
    return state.store->read([&](sqlite::Connection& db) {
      std::vector<std::string> notes;
      auto given = answer(Snapshot{db, notes}, references...);
      if constexpr (Noted<decltype(given)>) given.notes.insert(given.notes.begin(), notes.begin(), notes.end());
      return given;
    });
  }(prepare(refs)...);
}

}  // namespace mltrack::ask
