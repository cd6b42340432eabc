#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mltrack/digest.hpp>
#include <mltrack/id.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace mltrack::sqlite {

using Blob = std::span<const std::uint8_t>;

/// A prepared statement. Bound texts and blobs must outlive the next `step`. Failures throw mltrack::Error.
class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql, bool keep);

  Statement& bind(int index, std::nullptr_t);
  Statement& bind(int index, bool value) { return bind_int(index, value ? 1 : 0); }
  Statement& bind(int index, std::integral auto value) { return bind_int(index, static_cast<std::int64_t>(value)); }
  Statement& bind(int index, double value);  // NaN becomes NULL
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const std::string& text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, Blob blob);
  Statement& bind(int index, const Uid& uid) { return bind(index, Blob(uid.bytes)); }
  Statement& bind(int index, const Digest& digest);  // no digest becomes NULL
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, nullptr);
  }
  template <class... Args>
  Statement& bind_all(const Args&... args) {
    int index = 0;
    (bind(++index, args), ...);
    return *this;
  }

  /// True when there is a row.
  bool step();
  /// Ready for the next execution; bindings stay.
  void reset() noexcept;
  /// Steps to the end and resets.
  void exec();

  bool null(int column) const noexcept;
  std::int64_t integer(int column) const noexcept;
  double real(int column) const noexcept;  // NULL becomes NaN
  std::string_view text(int column) const noexcept;
  Blob blob(int column) const noexcept;
  Uid uid(int column) const noexcept;
  Digest digest(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const noexcept;
  std::optional<std::string> maybe_text(int column) const;
  /// SQLite's storage class: 1 integer, 2 real, 3 text, 4 blob, 5 null.
  int storage(int column) const noexcept;
  int columns() const noexcept;

 private:
  Statement& bind_int(int index, std::int64_t value);
  void check(int code) const;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace mltrack::sqlite
