#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mltrack/table.hpp>

namespace mltrack::ask {

/// A column that is filled in any order of its rows and takes its type from what it got: integers beside other numbers
/// are numbers, and anything beside texts is text.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, std::size_t rows) : name_(std::move(name)), held_(rows, Held::nothing) {}

  const std::string& name() const noexcept { return name_; }
  bool has(std::size_t row) const noexcept { return held_[row] != Held::nothing; }
  bool empty() const noexcept { return !holds_; }
  /// The same under another name; this one is spent.
  ColumnBuilder named(std::string name) {
    name_ = std::move(name);
    return std::move(*this);
  }

  void set(std::size_t row, double value);
  void set(std::size_t row, std::int64_t value) { set_integer(row, value, Held::integer); }
  void set(std::size_t row, bool value) { set_integer(row, value ? 1 : 0, Held::boolean); }
  void set(std::size_t row, std::string value);
  void set(std::size_t row, const Cell& cell);

  /// The column; of type `type` where it holds nothing, and where it holds integers that are times.
  TableColumn finish(TableColumn::Type type) &&;

 private:
  enum class Held : std::uint8_t { nothing, boolean, integer, number, text };

  void set_integer(std::size_t row, std::int64_t value, Held held);
  void note(std::size_t row, Held held);
  TableColumn::Type type() const;
  std::string as_text(std::size_t row);

  std::string name_;
  std::vector<Held> held_;
  bool holds_ = false;
  bool kinds_[5] = {};
  std::vector<std::int64_t> integers_{};
  std::vector<double> numbers_{};
  std::vector<std::string> texts_{};
};

}  // namespace mltrack::ask
