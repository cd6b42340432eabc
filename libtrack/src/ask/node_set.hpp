#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// A set of node ids, a bit for each node of the store.
class NodeSet {
 public:
  explicit NodeSet(std::int64_t last) : words_(static_cast<std::size_t>(last) / 64 + 1) {}

  bool has(std::int64_t id) const { return (word(id) >> (id % 64)) & 1; }
  /// True when it was not there yet.
  bool add(std::int64_t id) {
    std::uint64_t& bits = words_[static_cast<std::size_t>(id) / 64];
    const std::uint64_t before = bits;
    bits |= std::uint64_t{1} << (id % 64);
    return bits != before;
  }

  std::int64_t count() const {
    std::int64_t count = 0;
    for (const std::uint64_t bits : words_) count += std::popcount(bits);
    return count;
  }

  /// In ascending order.
  template <class See>
  void each(See&& see) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t bits = words_[i]; bits != 0; bits &= bits - 1)
        see(static_cast<std::int64_t>(64 * i) + std::countr_zero(bits));
  }

  Ids ids() const {
    Ids ids;
    ids.reserve(static_cast<std::size_t>(count()));
    each([&](std::int64_t id) { ids.push_back(id); });
    return ids;
  }

 private:
  std::uint64_t word(std::int64_t id) const { return words_[static_cast<std::size_t>(id) / 64]; }
  std::vector<std::uint64_t> words_;
};

}  // namespace mltrack::ask
