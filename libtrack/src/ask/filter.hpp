#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ask/reference.hpp"

namespace mltrack::ask {

/// A parsed `where`. Places (`at`) are byte offsets into the text, for error messages.
namespace filter {

enum class Op { eq, ne, lt, le, gt, ge };

struct NotANumber {
  bool operator==(const NotANumber&) const = default;
};

/// null is std::monostate.
using Literal = std::variant<std::monostate, bool, std::int64_t, double, NotANumber, std::string>;

/// `params.C` has the group params and the name C; a plain field has no group.
struct Field {
  std::string group;
  std::string name;
  std::size_t at = 0;
};

struct Comparison {
  Field field;
  Op op = Op::eq;
  std::size_t op_at = 0;
  Literal value{};
  std::size_t value_at = 0;
};

struct DerivedFrom {
  Reference reference;
  std::size_t at = 0;
};

struct Expression {
  enum class Form { all, any, no, comparison, derived };
  Form form = Form::all;
  std::vector<Expression> parts{};  ///< of all, any, no
  Comparison comparison{};
  DerivedFrom derived{};
};

struct Order {
  Field field;
  bool descending = false;
};

/// Texts longer than this, deeper or with more comparisons are refused.
constexpr std::size_t most_bytes = 10'000;
constexpr int most_depth = 100;
constexpr int most_comparisons = 200;

/// Throws Error(bad_filter). Files that derived_from names are digested here.
Expression parse(const std::string& text);

/// `field`, `field asc` or `field desc`.
Order parse_order(const std::string& text);

/// Error(bad_filter) with the text and a caret under the place.
[[noreturn]] void raise(const std::string& text, std::size_t at, const std::string& problem);

}  // namespace filter

}  // namespace mltrack::ask
