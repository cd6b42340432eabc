#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ask/reference.hpp"

namespace mltrack::ask {

/// A parsed `where`, `order_by` or list of fields. Places (`at`) are byte offsets into the text, for error messages.
namespace filter {

enum class Op { eq, ne, lt, le, gt, ge };

struct NotANumber {
  bool operator==(const NotANumber&) const = default;
};

/// `now()` with what was added to it: UTC microseconds since 1970.
struct Moment {
  std::int64_t us = 0;
  bool operator==(const Moment&) const = default;
};

/// null is std::monostate.
using Literal = std::variant<std::monostate, bool, std::int64_t, double, NotANumber, std::string, Moment>;

/// What a metric was measured on: what came out of a split in a role, or a dataset.
struct Measured {
  std::string role{};
  std::optional<Reference> dataset{};
  std::size_t at = 0;

  bool operator==(const Measured& other) const { return role == other.role && dataset == other.dataset; }
};

/// What compares and sorts. `params.C` has the group params and the name C; a plain field has no group.
struct Operand {
  std::string group{};
  std::string name{};
  std::string function{};  ///< min, max, first, last, mean or best of a series; else empty
  std::optional<Measured> on{};
  bool exact = false;   ///< in back-quotes: a name that nothing has is no mistake
  bool mlflow = false;  ///< under one of MLflow's own names
  std::size_t at = 0;
  std::string text{};  ///< as it was written
};

/// What is asked of an operand. `in` stands for = and != as well: a list of one.
struct Test {
  enum class Form { order, in, between, like, ilike, null, present };
  Form form = Form::in;
  Op op = Op::eq;        ///< of order
  bool negated = false;  ///< != and not in, not between, not like, is not null
  std::vector<Literal> values{};
  std::vector<std::size_t> value_at{};
  std::size_t at = 0;
};

struct Comparison {
  Operand operand;
  Test test;
};

/// A question to the graph: `derived_from('x')`.
struct Predicate {
  enum class Name { derived_from, feeds, uses_column, fitted_with, child_of, same_data_as };
  Name name = Name::derived_from;
  std::string argument{};
  std::optional<Reference> reference{};  ///< where the argument is one
  std::size_t at = 0;
  std::size_t argument_at = 0;
};

struct Expression {
  enum class Form { all, any, no, comparison, predicate };
  Form form = Form::all;
  std::vector<Expression> parts{};  ///< of all, any, no
  Comparison comparison{};
  Predicate predicate{};
};

struct OrderKey {
  Operand operand;
  bool descending = false;
};

/// Texts longer than this, deeper or with more comparisons are refused.
constexpr std::size_t most_bytes = 10'000;
constexpr int most_depth = 100;
constexpr int most_comparisons = 200;
constexpr std::size_t most_keys = 8;

/// Throws Error(bad_filter). Files that the filter refers to are digested here, and now() is the time of this call.
Expression parse(const std::string& text);

/// `operand`, `operand asc` or `operand desc`, one or several separated by commas.
std::vector<OrderKey> parse_order(const std::string& text);

/// Operands separated by commas.
std::vector<Operand> parse_operands(const std::string& text);

/// Error(bad_filter) with the text and a caret under the place.
[[noreturn]] void raise(const std::string& text, std::size_t at, const std::string& problem);

}  // namespace filter

}  // namespace mltrack::ask
