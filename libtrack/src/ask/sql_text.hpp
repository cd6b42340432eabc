#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

/// SQL that is put together from our own pieces, with every foreign value bound.
class SqlText {
 public:
  using Bound = std::variant<std::int64_t, double, std::string, std::vector<std::uint8_t>>;

  /// `sql` is always a piece of this library's text, never a user's.
  SqlText& add(std::string_view sql) {
    text_ += sql;
    return *this;
  }
  SqlText& bind(Bound value) {
    text_ += '?';
    bound_.push_back(std::move(value));
    return *this;
  }
  SqlText& add(SqlText other) {
    text_ += other.text_;
    for (Bound& value : other.bound_) bound_.push_back(std::move(value));
    return *this;
  }

  const std::string& text() const noexcept { return text_; }

  /// A statement that is ready to step; valid while this lives.
  sqlite::Statement prepare(sqlite::Connection& db) const {
    sqlite::Statement statement = db.prepare(text_);
    int index = 0;
    for (const Bound& value : bound_) std::visit(BindTo{statement, ++index}, value);
    return statement;
  }

 private:
  struct BindTo {
    sqlite::Statement& statement;
    int index;
    void operator()(std::int64_t value) const { statement.bind(index, value); }
    void operator()(double value) const { statement.bind(index, value); }
    void operator()(const std::string& value) const { statement.bind(index, value); }
    void operator()(const std::vector<std::uint8_t>& value) const { statement.bind(index, sqlite::Blob(value)); }
  };

  std::string text_;
  std::vector<Bound> bound_;
};

}  // namespace mltrack::ask
