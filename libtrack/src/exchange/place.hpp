#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/digest.hpp>
#include <mltrack/error.hpp>
#include <mltrack/id.hpp>

#include "value/json_tree.hpp"

namespace mltrack::exchange {

/// An error that names its place.
class PlacedError : public Error {
  using Error::Error;
};

/// A value inside a document that is read. What it should be and is not is refused with Error(invalid_argument) and its
/// JSON pointer. Lives no longer than the document.
class Place {
 public:
  explicit Place(const value::Json& document) : document_(&document), json_(&document) {}

  [[noreturn]] void refuse(const std::string& expected) const;
  /// The same about a value that was found wanting elsewhere.
  [[noreturn]] void fail(const std::string& reason) const;

  /// A member of an object; without it, `member` refuses.
  Place member(std::string_view key) const;
  const value::Json* find(std::string_view key) const;
  /// Refuses members that are not among these.
  void allow(const std::vector<std::string_view>& keys) const;

  const value::Json::Object& object() const;
  const value::Json::Array& array() const;
  const std::string& text() const;
  std::int64_t integer() const;
  bool flag() const;
  /// A number, or NaN, Infinity and -Infinity as texts.
  double number() const;
  Uid uid() const;
  Digest digest() const;
  std::vector<std::uint8_t> bytes() const;

  const value::Json& json() const noexcept { return *json_; }
  Place item(std::size_t index) const { return {document_, &array()[index]}; }

  /// Calls `each(place)` for every item of the list that is the member `key`, where there is one.
  template <class Each>
  void each(std::string_view key, Each&& each) const {
    if (!find(key)) return;
    const Place list = member(key);
    for (std::size_t i = 0; i < list.array().size(); ++i) each(list.item(i));
  }

 private:
  Place(const value::Json* document, const value::Json* json) : document_(document), json_(json) {}

  const value::Json* document_;
  const value::Json* json_;
};

/// What SQLite says of a row that breaks a rule of the schema, without the statement; of any other message all.
std::string reason_of(const Error& error);

/// Runs `action`; what it refuses is about this place.
template <class Action>
auto told(const Place& place, Action&& action) {
  try {
    return action();
  } catch (const PlacedError&) {
    throw;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    place.fail(reason_of(error));
  }
}

}  // namespace mltrack::exchange
