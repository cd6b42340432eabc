#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ask/call_graph.hpp"

namespace mltrack::ask {

/// A call of one side beside its like on the other; `nowhere` where the other side has none, or where the search for it
/// was `given_up`.
struct Pair {
  Place a = nowhere;
  Place b = nowhere;
  bool given_up = false;
};

/// The calls of two graphs side by side, in their order: where one has more than the other, a's come first. Calls are
/// paired only below calls that are; below one without a like nothing is listed. What stands between equal calls is
/// paired by what it does and with what, then by what it does, then by its operation alone.
std::vector<Pair> align(const CallGraph& a, const CallGraph& b);

/// The longest sequence of places at which two sequences are equal, as few as possible left out. Of two that differ in
/// more than `most_edits` places, the beginning and the end; then it is not `complete`.
struct EqualPlaces {
  std::vector<std::pair<std::size_t, std::size_t>> places{};
  bool complete = true;
};
constexpr std::size_t most_edits = 2'000;
EqualPlaces common_places(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

}  // namespace mltrack::ask
