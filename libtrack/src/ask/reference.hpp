#pragma once

#include <optional>
#include <string>
#include <vector>

#include <mltrack/digest.hpp>
#include <mltrack/id.hpp>
#include <mltrack/question.hpp>

#include "ask/snapshot.hpp"

namespace mltrack::ask {

/// A reference as the user wrote it, with what must be known before a snapshot is taken: hashing a file takes time.
struct Reference {
  std::string text;
  std::optional<Digest> file{};  ///< SHA-256 where the text is the path of a file

  bool operator==(const Reference&) const = default;
};

/// Digests the file if the text names one. Throws Error(invalid_argument) when that is an open store.
Reference prepare(const std::string& text);
std::vector<Reference> prepare(const std::vector<Ref>& refs);

/// What a reference names.
struct Target {
  std::int64_t node = 0;  ///< of several occurrences the newest
  Kind kind = Kind::dataset;
  Ids starts{};  ///< where a closure starts: all occurrences, all nodes of a run, ...
};

/// Throws Error(not_found) and Error(ambiguous) as documented at Query. Notes where a file's place is meant instead of
/// its content.
Target resolve(const Snapshot& snapshot, const Reference& reference);

/// The first and last value that begin with these hexadecimal digits, among values of `size` bytes. Hyphens are
/// skipped; nothing when the text is anything else or has fewer than `least` digits.
struct PrefixRange {
  std::vector<std::uint8_t> first;
  std::vector<std::uint8_t> last;
};
std::optional<PrefixRange> prefix_range(std::string_view text, std::size_t size, std::size_t least);

constexpr std::size_t least_run_digits = 4;
constexpr std::size_t least_digest_digits = 6;

}  // namespace mltrack::ask
