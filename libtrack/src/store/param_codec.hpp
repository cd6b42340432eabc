#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mltrack/value.hpp>

#include "sqlite/statement.hpp"

namespace mltrack::store {

/// A parameter as the columns type, value and exact of param and run_param hold it: `value` sorts and compares, `exact`
/// holds what `value` cannot.
///
///   none            value NULL
///   bool            0 or 1
///   int             INTEGER; beyond 64 bits the nearest REAL, exact = its decimal digits
///   float           REAL; NaN is NULL with exact 'nan', minus zero is 0.0 with exact '-0.0'
///   str and others  TEXT; with a NUL or invalid UTF-8 inside the cleaned TEXT, exact = BLOB of its bytes
struct ParamRow {
  const char* type = "none";
  std::variant<std::monostate, std::int64_t, double, std::string> value{};
  std::variant<std::monostate, std::string, std::vector<std::uint8_t>> exact{};

  /// Binds type, value and exact to the three parameters from `first` on. The row must outlive the execution.
  void bind(sqlite::Statement& statement, int first) const;
};

ParamRow encode(const Value& value);

/// The value in the three columns type, value, exact from `first` on. Throws Error(damaged) for what `encode` never
/// makes.
Value decode(const sqlite::Statement& row, int first);

/// The text itself where SQLite and its tools keep it whole; otherwise with U+FFFD for each NUL and each byte that is
/// not part of valid UTF-8.
std::string clean_text(std::string_view text);

}  // namespace mltrack::store
