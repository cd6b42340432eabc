#include "ask/alignment.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

namespace mltrack::ask {

namespace {

using Keys = std::span<const std::uint64_t>;
using Places = std::vector<std::pair<std::size_t, std::size_t>>;

/// How far each diagonal of the edit graph is reached with a number of edits (E. Myers, 1986).
class EditPaths {
 public:
  EditPaths(std::vector<std::uint64_t> a, std::vector<std::uint64_t> b) : a_(std::move(a)), b_(std::move(b)) {}

  /// The common places, or nothing when there are too many edits.
  std::optional<Places> common() {
    for (std::ptrdiff_t edits = 0; edits <= static_cast<std::ptrdiff_t>(most_edits); ++edits)
      if (advance(edits)) return backtrack(edits);
    return std::nullopt;
  }

 private:
  std::ptrdiff_t reached(std::ptrdiff_t edits, std::ptrdiff_t diagonal) const {
    return furthest_[static_cast<std::size_t>(edits)][static_cast<std::size_t>((diagonal + edits) / 2)];
  }
  bool comes_down(std::ptrdiff_t edits, std::ptrdiff_t diagonal) const {
    if (diagonal == -edits) return true;
    return diagonal != edits && reached(edits - 1, diagonal - 1) < reached(edits - 1, diagonal + 1);
  }
  std::ptrdiff_t start(std::ptrdiff_t edits, std::ptrdiff_t diagonal) const {
    if (edits == 0) return 0;
    return comes_down(edits, diagonal) ? reached(edits - 1, diagonal + 1) : reached(edits - 1, diagonal - 1) + 1;
  }

  bool advance(std::ptrdiff_t edits) {
    std::vector<std::int32_t> ends;
    bool done = false;
    for (std::ptrdiff_t diagonal = -edits; diagonal <= edits; diagonal += 2) {
      std::ptrdiff_t x = start(edits, diagonal);
      const auto equal = [&](std::ptrdiff_t y) {
        return x < std::ssize(a_) && y < std::ssize(b_) && y >= 0 &&
               a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(y)];
      };
      while (equal(x - diagonal)) ++x;
      ends.push_back(static_cast<std::int32_t>(x));
      if (x >= std::ssize(a_) && x - diagonal >= std::ssize(b_)) done = true;
    }
    furthest_.push_back(std::move(ends));
    return done;
  }

  Places backtrack(std::ptrdiff_t edits) const {
    Places found;
    std::ptrdiff_t diagonal = std::ssize(a_) - std::ssize(b_);
    for (std::ptrdiff_t x = std::ssize(a_); edits >= 0; --edits) {
      const std::ptrdiff_t from = start(edits, diagonal);
      for (; x > from; --x)
        found.emplace_back(static_cast<std::size_t>(x - 1), static_cast<std::size_t>(x - 1 - diagonal));
      if (edits == 0) break;
      const bool down = comes_down(edits, diagonal);
      diagonal += down ? 1 : -1;
      x = reached(edits - 1, diagonal);
    }
    std::reverse(found.begin(), found.end());
    return found;
  }

  std::vector<std::uint64_t> a_;
  std::vector<std::uint64_t> b_;
  std::vector<std::vector<std::int32_t>> furthest_;  // by edits, then by diagonal
};

/// The places of keys that the other side has at all: the others are common to nothing, and cost time.
std::vector<std::size_t> shared_places(Keys keys, Keys other) {
  const std::unordered_set<std::uint64_t> known(other.begin(), other.end());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (known.contains(keys[i])) places.push_back(i);
  return places;
}

std::vector<std::uint64_t> keys_at(Keys keys, const std::vector<std::size_t>& places) {
  std::vector<std::uint64_t> chosen;
  for (const std::size_t place : places) chosen.push_back(keys[place]);
  return chosen;
}

std::uint64_t mixed(std::uint64_t key, std::int64_t value) {
  key ^= static_cast<std::uint64_t>(value) + 0x9e3779b97f4a7c15U + (key << 6U) + (key >> 2U);
  return key * 0xff51afd7ed558ccdU;
}

/// Keys of a call, from the one that says most to the one that says least.
constexpr std::size_t levels = 4;
using Key = std::array<std::uint64_t, levels>;

Key key_of(const CallGraph& graph, Place place) {
  const Vertex& call = graph[place];
  const std::uint64_t op = mixed(1, call.op);
  const std::uint64_t type = mixed(op, call.type);
  std::uint64_t with = mixed(type, call.spec);
  for (const Flowed& flowed : call.in) with = mixed(with, flowed.slot);
  std::uint64_t exact = with;
  for (const Flowed& flowed : call.in) exact = mixed(exact, graph[flowed.end].content);
  return {exact, with, type, op};
}

/// The calls below one pair of calls.
struct Level {
  const std::vector<Place>& a;
  const std::vector<Place>& b;
  std::vector<Key> keys_a;
  std::vector<Key> keys_b;
};

struct Stretch {
  std::size_t from_a;
  std::size_t to_a;
  std::size_t from_b;
  std::size_t to_b;
};

std::vector<std::uint64_t> keys_in(const std::vector<Key>& keys, std::size_t from, std::size_t to, std::size_t level) {
  std::vector<std::uint64_t> chosen;
  for (std::size_t i = from; i < to; ++i) chosen.push_back(keys[i][level]);
  return chosen;
}

void leave_unpaired(const Level& calls, const Stretch& stretch, bool given_up, std::vector<Pair>& pairs) {
  for (std::size_t i = stretch.from_a; i < stretch.to_a; ++i) pairs.push_back({calls.a[i], nowhere, given_up});
  for (std::size_t i = stretch.from_b; i < stretch.to_b; ++i) pairs.push_back({nowhere, calls.b[i], given_up});
}

/// `complete`: whether all that is common by the keys of the level above was found.
void align_stretch(const Level& calls, const Stretch& stretch, std::size_t level, bool complete,
                   std::vector<Pair>& pairs) {
  const bool one_sided = stretch.from_a == stretch.to_a || stretch.from_b == stretch.to_b;
  if (one_sided || level == levels) return leave_unpaired(calls, stretch, !complete && !one_sided, pairs);
  std::size_t next_a = stretch.from_a;
  std::size_t next_b = stretch.from_b;
  const EqualPlaces common = common_places(keys_in(calls.keys_a, stretch.from_a, stretch.to_a, level),
                                           keys_in(calls.keys_b, stretch.from_b, stretch.to_b, level));
  for (const auto& [i, j] : common.places) {
    const std::size_t at_a = stretch.from_a + i;
    const std::size_t at_b = stretch.from_b + j;
    align_stretch(calls, {next_a, at_a, next_b, at_b}, level + 1, common.complete, pairs);
    pairs.push_back({calls.a[at_a], calls.b[at_b]});
    next_a = at_a + 1;
    next_b = at_b + 1;
  }
  align_stretch(calls, {next_a, stretch.to_a, next_b, stretch.to_b}, level + 1, common.complete, pairs);
}

std::vector<Key> keys_of(const CallGraph& graph, const std::vector<Place>& calls) {
  std::vector<Key> keys;
  keys.reserve(calls.size());
  for (const Place call : calls) keys.push_back(key_of(graph, call));
  return keys;
}

void align_below(const CallGraph& a, const CallGraph& b, const Pair& above, std::vector<Pair>& all) {
  const auto& calls_a = a.below(above.a);
  const auto& calls_b = b.below(above.b);
  const Level calls{calls_a, calls_b, keys_of(a, calls_a), keys_of(b, calls_b)};
  std::vector<Pair> pairs;
  align_stretch(calls, {0, calls_a.size(), 0, calls_b.size()}, 0, true, pairs);
  for (const Pair& pair : pairs) {
    all.push_back(pair);
    if (pair.a != nowhere && pair.b != nowhere) align_below(a, b, pair, all);
  }
}

}  // namespace

EqualPlaces common_places(Keys a, Keys b) {
  const auto [end_a, end_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto head = static_cast<std::size_t>(end_a - a.begin());
  std::size_t tail = 0;
  while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;

  EqualPlaces common;
  for (std::size_t i = 0; i < head; ++i) common.places.emplace_back(i, i);
  const Keys rest_a = a.subspan(head, a.size() - head - tail);
  const Keys rest_b = b.subspan(head, b.size() - head - tail);
  const auto shared_a = shared_places(rest_a, rest_b);
  const auto shared_b = shared_places(rest_b, rest_a);
  if (!shared_a.empty()) {
    const auto inside = EditPaths(keys_at(rest_a, shared_a), keys_at(rest_b, shared_b)).common();
    common.complete = inside.has_value();
    for (const auto& [i, j] : inside.value_or(Places()))
      common.places.emplace_back(head + shared_a[i], head + shared_b[j]);
  }
  for (std::size_t i = tail; i > 0; --i) common.places.emplace_back(a.size() - i, b.size() - i);
  return common;
}

std::vector<Pair> align(const CallGraph& a, const CallGraph& b) {
  std::vector<Pair> pairs;
  align_below(a, b, {}, pairs);
  return pairs;
}

}  // namespace mltrack::ask
