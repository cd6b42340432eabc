#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mltrack::ask {

/// A value to sort by as the store has it. Missing ones come last, numbers before texts before bytes.
using Key = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::uint8_t>>;

/// Negative, zero or positive as `a` stands before, with or behind `b`.
int compare(const Key& a, const Key& b, bool descending);

/// A place in an ordered answer as a text: the keys of the row before it, and a digest of the question.
std::string write_cursor(std::uint64_t question, const std::vector<Key>& keys);

/// The keys of a cursor. Throws Error(invalid_argument) for what is none and for one of another question.
std::vector<Key> read_cursor(const std::string& cursor, std::uint64_t question, std::size_t keys);

/// A digest of what determines the order of an answer.
std::uint64_t question_digest(const std::vector<std::string>& parts);

}  // namespace mltrack::ask
