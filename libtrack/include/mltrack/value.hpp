#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace mltrack {

/// A parameter value that survives storage without loss.
///
/// Numbers convert implicitly, so `{{"C", 2.0}, {"kernel", "rbf"}}` is a Params. Integers that do not fit 64 bits,
/// JSON, class names and summaries of other objects are made by the named functions. Texts are UTF-8; lone surrogates,
/// as Python strings may hold them, are encoded as their three-byte form and kept as they are.
class Value {
 public:
  /// The words of the schema's `param.type`, in this order.
  enum class Type : std::uint8_t { none, boolean, integer, real, text, json, class_name, opaque };

  Value() noexcept = default;
  Value(std::nullptr_t) noexcept {}
  Value(bool value) noexcept : type_(Type::boolean), data_(value) {}
  Value(std::integral auto value) : Value(of_integer(value)) {}
  Value(std::floating_point auto value) noexcept : type_(Type::real), data_(static_cast<double>(value)) {}
  Value(const char* text) : type_(Type::text), data_(std::string(text)) {}
  Value(std::string_view text) : type_(Type::text), data_(std::string(text)) {}
  Value(std::string text) noexcept : type_(Type::text), data_(std::move(text)) {}

  /// An integer of any size from its decimal digits with an optional sign; throws Error(invalid_argument) for others.
  static Value big_integer(std::string_view decimal);

  /// A JSON text, stored in canonical form (sorted keys, no spaces; NaN and Infinity are accepted as Python writes
  /// them); throws Error(invalid_argument) when it does not parse.
  static Value json(std::string_view text);

  /// The dotted name of a class or function.
  static Value class_name(std::string name);

  /// A bounded summary of an object that has no exact form here. Longer summaries are cut at 1,000 bytes.
  static Value opaque(std::string_view summary);

  Type type() const noexcept { return type_; }

  /// The held value: bool, 64-bit integer, double, or the text (digits of a big integer, JSON, name, summary).
  const std::variant<std::monostate, bool, std::int64_t, double, std::string>& data() const noexcept { return data_; }

  /// The value as people read it: None, True, 2, 0.5, rbf, [1,2], sklearn.svm.SVC.
  std::string str() const;

  /// Equal type and equal value; NaN equals NaN, and -0.0 differs from 0.0.
  bool operator==(const Value& other) const noexcept;

 private:
  static Value of_integer(std::signed_integral auto value) { return from_int64(value); }
  static Value of_integer(std::unsigned_integral auto value) { return from_uint64(value); }
  static Value from_int64(std::int64_t value) noexcept;
  static Value from_uint64(std::uint64_t value);

  Type type_ = Type::none;
  std::variant<std::monostate, bool, std::int64_t, double, std::string> data_;
};

/// The word of the schema for a type: none, bool, int, float, str, json, class, opaque.
const char* to_string(Value::Type type) noexcept;

/// Parameters by name. Nested estimators are flattened with two underscores, as scikit-learn does (`clf__C`).
using Params = std::map<std::string, Value>;

}  // namespace mltrack
