#include "ask/column_builder.hpp"

#include <limits>

#include "value/json_text.hpp"

namespace mltrack::ask {

using Type = TableColumn::Type;

void ColumnBuilder::note(std::size_t row, Held held) {
  held_[row] = held;
  holds_ = kinds_[static_cast<std::size_t>(held)] = true;
}

void ColumnBuilder::set(std::size_t row, double value) {
  if (numbers_.empty()) numbers_.resize(held_.size(), std::numeric_limits<double>::quiet_NaN());
  numbers_[row] = value;
  note(row, Held::number);
}

void ColumnBuilder::set_integer(std::size_t row, std::int64_t value, Held held) {
  if (integers_.empty()) integers_.resize(held_.size());
  integers_[row] = value;
  note(row, held);
}

void ColumnBuilder::set(std::size_t row, std::string value) {
  if (texts_.empty()) texts_.resize(held_.size());
  texts_[row] = std::move(value);
  note(row, Held::text);
}

void ColumnBuilder::set(std::size_t row, const Cell& cell) {
  std::visit(
      [&](const auto& value) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) set(row, value);
      },
      cell);
}

Type ColumnBuilder::type() const {
  const auto holds = [&](Held held) { return kinds_[static_cast<std::size_t>(held)]; };
  const bool numbers = holds(Held::integer) || holds(Held::number);
  if (holds(Held::text) || (holds(Held::boolean) && numbers)) return Type::text;
  if (holds(Held::number)) return Type::number;
  return holds(Held::integer) ? Type::integer : Type::boolean;
}

std::string ColumnBuilder::as_text(std::size_t row) {
  switch (held_[row]) {
    case Held::boolean:
      return integers_[row] != 0 ? "True" : "False";
    case Held::integer:
      return std::to_string(integers_[row]);
    case Held::number:
      return value::float_text(numbers_[row]);
    case Held::text:
      return std::move(texts_[row]);
    case Held::nothing:
      break;
  }
  return {};
}

TableColumn ColumnBuilder::finish(Type type) && {
  TableColumn column{.name = std::move(name_), .type = type};
  if (holds_ && !(type == Type::time && kinds_[2])) column.type = this->type();
  column.missing.resize(held_.size());
  for (std::size_t row = 0; row < held_.size(); ++row) column.missing[row] = held_[row] == Held::nothing;
  if (column.type == Type::text) {
    if (holds_ && !kinds_[1] && !kinds_[2] && !kinds_[3]) {
      column.texts = std::move(texts_);
      return column;
    }
    column.texts.resize(held_.size());
    for (std::size_t row = 0; row < held_.size(); ++row) column.texts[row] = as_text(row);
  } else if (column.type == Type::number) {
    column.numbers = std::move(numbers_);
    column.numbers.resize(held_.size());
    for (std::size_t row = 0; row < integers_.size(); ++row)
      if (held_[row] == Held::integer) column.numbers[row] = static_cast<double>(integers_[row]);
  } else {
    column.integers = std::move(integers_);
    column.integers.resize(held_.size());
  }
  return column;
}

}  // namespace mltrack::ask
