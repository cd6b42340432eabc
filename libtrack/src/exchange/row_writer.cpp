#include "exchange/row_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include <mltrack/error.hpp>
#include <mltrack/value.hpp>

#include "store/param_codec.hpp"

namespace mltrack::exchange {

using store::CopiedRow;
using store::RowCell;
using store::RowId;
using value::Json;

namespace {

Value integer_value(const Place& place) {
  if (place.json().text()) return Value::big_integer(place.text());
  return place.integer();
}

Value value_of(const std::string& type, const Place& object) {
  if (type == "none") return {};
  const Place place = object.member(value_key);
  if (type == "bool") return place.flag();
  if (type == "int") return integer_value(place);
  if (type == "float") return place.number();
  if (type == "str") return place.text();
  if (type == "json") return Value::json(place.text());
  if (type == "class") return Value::class_name(place.text());
  if (type == "opaque") return Value::opaque(place.text());
  object.member(type_key).refuse("one of none, bool, int, float, str, json, class and opaque");
}

struct ToCell {
  RowCell operator()(const auto& held) const { return RowCell(held); }
};

std::vector<std::string_view> keys_of(const Part& part) {
  std::vector<std::string_view> keys;
  for (const Field& field : part.fields) {
    if (field.form != Form::value)
      keys.push_back(field.key);
    else
      keys.insert(keys.end(), {type_key, value_key});
  }
  for (const Part& inside : part.inside) keys.push_back(inside.member);
  return keys;
}

}  // namespace

CopiedRow RowWriter::row(const Part& part, RowId owner, const Place& place) {
  CopiedRow row;
  if (!part.owner.empty()) row.emplace_back(part.owner, owner);
  for (const Field& field : part.fields) add(row, field, place);
  return row;
}

void RowWriter::copy(const Part& part, RowId owner, const Place& place) {
  place.allow(keys_of(part));
  const CopiedRow cells = row(part, owner, place);
  told(place, [&] { writer_.copy(part.table, cells); });
}

void RowWriter::add(CopiedRow& row, const Field& field, const Place& place) {
  if (field.form == Form::value) return add_value(row, place);
  if (!place.find(field.key) && !field.required) {
    row.emplace_back(field.column, RowCell());
  } else {
    row.emplace_back(field.column, cell(field, place.member(field.key), row));
  }
}

RowCell RowWriter::cell(const Field& field, const Place& place, const CopiedRow& row) {
  switch (field.form) {
    case Form::integer:
      return place.integer();
    case Form::text:
      if (!field.words.empty() && std::ranges::find(field.words, place.text()) == field.words.end())
        place.refuse(fmt::format("one of {}", fmt::join(field.words, ", ")));
      return store::clean_text(place.text());
    case Form::flag:
      return std::int64_t{place.flag()};
    case Form::number:
      return place.number();
    case Form::uid: {
      const Uid uid = place.uid();
      return std::vector<std::uint8_t>(uid.bytes.begin(), uid.bytes.end());
    }
    case Form::digest: {
      const Digest digest = place.digest();
      return std::vector<std::uint8_t>(digest.bytes().begin(), digest.bytes().end());
    }
    case Form::bytes:
      return place.bytes();
    case Form::name:
      return writer_.name(place.text());
    case Form::content:
      return content(place);
    case Form::node:
      return node(place);
    case Form::json:
      return to_text(place.json());
    case Form::steps:
      return writer_.name(to_text(place.json()));
    case Form::names:
      return names(place);
    case Form::fold:
      return fold(place, row);
    case Form::value:
      break;
  }
  return {};
}

void RowWriter::add_value(CopiedRow& row, const Place& place) {
  const Value value = told(place, [&] { return value_of(place.member(type_key).text(), place); });
  const store::ParamRow encoded = store::encode(value);
  row.emplace_back("type", std::string(encoded.type));
  row.emplace_back("value", std::visit(ToCell{}, encoded.value));
  row.emplace_back("exact", std::visit(ToCell{}, encoded.exact));
}

RowCell RowWriter::names(const Place& place) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < place.array().size(); ++i) names.push_back(place.item(i).text());
  const auto list = writer_.copy_feature_list(names);
  if (!list) place.refuse("a list of 1 to 4,096 names");
  return *list;
}

RowCell RowWriter::fold(const Place& place, const CopiedRow& trial) {
  const auto rows = writer_.connection().integer(
      "SELECT f.id FROM call AS c JOIN fold_rows AS f ON f.call = c.parent WHERE c.id = ? AND f.nth = ?",
      std::get<std::int64_t>(trial.front().second), place.integer());
  if (!rows) place.refuse("the number of rows of a fold of the call above this trial");
  return *rows;
}

RowId RowWriter::content(const Place& place) {
  const auto id = writer_.connection().integer("SELECT id FROM content WHERE digest = ?", place.digest());
  if (!id) place.refuse("the digest of a content of this document");
  return *id;
}

NodeRef RowWriter::ref(const Place& place) const {
  if (!place.json().text()) return {run_, place.integer()};
  const std::string& text = place.text();
  constexpr std::size_t uid_size = 36;
  std::int64_t seq = -1;
  const char* end = text.data() + text.size();
  if (text.size() > uid_size + 1 && text[uid_size] == ':') {
    const auto [last, error] = std::from_chars(text.data() + uid_size + 1, end, seq);
    if (error != std::errc() || last != end) seq = -1;
  }
  if (seq < 0) place.refuse("the number of a node, or <uid>:<number> of one in another run");
  return {told(place, [&] { return Uid::parse(std::string_view(text).substr(0, uid_size)); }), seq};
}

std::optional<RowId> RowWriter::find_node(const Place& place) {
  const NodeRef wanted = ref(place);
  const auto known = nodes_.find({wanted.run, wanted.seq});
  if (known != nodes_.end()) return known->second;
  const auto id = writer_.connection().integer(
      "SELECT n.id FROM run AS r JOIN node AS n ON n.run = r.id WHERE r.uid = ? AND n.seq = ?", wanted.run, wanted.seq);
  if (id) know(wanted.run, wanted.seq, *id);
  return id;
}

RowId RowWriter::node(const Place& place) {
  if (const auto found = find_node(place)) return *found;
  const NodeRef wanted = ref(place);
  if (wanted.run == run_) place.refuse("the number of a node of this run");
  throw Error(
      ErrorCode::not_found,
      fmt::format("the document depends on node {} of the run {}, which neither it nor this store holds; import "
                  "that run first, or export without 'alone'",
                  wanted.seq, wanted.run.str()));
}

}  // namespace mltrack::exchange
