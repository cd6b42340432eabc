#include "exchange/row_json.hpp"

#include <cmath>

#include <mltrack/value.hpp>

#include "exchange/base64.hpp"
#include "store/param_codec.hpp"
#include "store/read_rows.hpp"

namespace mltrack::exchange {

using sqlite::Statement;
using value::Json;

namespace {

/// How many columns of the SELECT a form takes.
int width(Form form) {
  if (form == Form::value) return 3;
  return form == Form::content || form == Form::node ? 2 : 1;
}

/// JSON has no word for NaN and infinities.
Json number(double held) {
  Json json(held);
  return std::isfinite(held) ? json : Json(json.number()->text);
}

struct ValueJson {
  Json operator()(std::monostate) const { return {}; }
  Json operator()(bool truth) const { return truth; }
  Json operator()(std::int64_t integer) const { return integer; }
  Json operator()(double real) const { return number(real); }
  Json operator()(const std::string& text) const { return text; }
};

void add_value(Json::Object& out, const Statement& row, int column) {
  const Value value = store::decode(row, column);
  out["type"] = to_string(value.type());
  if (value.type() != Value::Type::none) out["value"] = std::visit(ValueJson{}, value.data());
}

}  // namespace

Json::Array RowReader::rows(const Part& part, std::int64_t owner) {
  Json::Array out;
  std::vector<std::int64_t> ids;
  const auto take = [&](const Statement& row) {
    int column = 0;
    if (!part.inside.empty()) ids.push_back(row.integer(column++));
    Json::Object members;
    for (const Field& field : part.fields) add(members, field, row, column);
    out.emplace_back(std::move(members));
  };
  store::each(db_, part.select, take, owner);
  for (const Part& inside : part.inside)
    for (std::size_t i = 0; i < ids.size(); ++i)
      std::get<Json::Object>(out[i].data)[std::string(inside.member)] = rows(inside, ids[i]);
  return out;
}

void RowReader::add(Json::Object& out, const Field& field, const Statement& row, int& column) {
  const int first = column;
  column += width(field.form);
  if (field.form == Form::value) return add_value(out, row, first);
  if (row.null(first) && field.form != Form::number) return;
  out[std::string(field.key)] = cell(field, row, first);
}

Json RowReader::cell(const Field& field, const Statement& row, int column) {
  switch (field.form) {
    case Form::integer:
    case Form::fold:
      return row.integer(column);
    case Form::flag:
      return row.integer(column) != 0;
    case Form::number:
      return number(row.real(column));
    case Form::uid:
      return row.uid(column).str();
    case Form::digest:
      return row.digest(column).hex();
    case Form::bytes:
      return to_base64(row.blob(column));
    case Form::content:
      contents_.insert(row.integer(column));
      return row.digest(column + 1).hex();
    case Form::node:
      return node(row, column);
    case Form::json:
    case Form::steps:
      return value::parse_json(row.text(column));
    case Form::names:
      return names(row.integer(column));
    default:
      return std::string(row.text(column));
  }
}

Json RowReader::node(const Statement& row, int column) {
  const std::int64_t run = row.integer(column);
  if (run == run_) return row.integer(column + 1);
  runs_.insert(run);
  return uid(run).str() + ":" + std::to_string(row.integer(column + 1));
}

Json RowReader::names(std::int64_t list) {
  Json::Array out;
  store::each(
      db_, "SELECT n.text FROM feature AS f JOIN name AS n ON n.id = f.name WHERE f.list = ?1 ORDER BY f.pos",
      [&](const Statement& row) { out.emplace_back(std::string(row.text(0))); }, list);
  return out;
}

const Uid& RowReader::uid(std::int64_t run) {
  const auto [found, is_new] = uids_.try_emplace(run);
  if (is_new)
    store::each(
        db_, "SELECT uid FROM run WHERE id = ?1", [&](const Statement& row) { found->second = row.uid(0); }, run);
  return found->second;
}

}  // namespace mltrack::exchange
