#include "ask/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include <mltrack/error.hpp>

#include "ask/filter_compiler.hpp"
#include "ask/filter_group.hpp"
#include "ask/filter_names.hpp"
#include "ask/table_groups.hpp"
#include "store/param_codec.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/hex.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

using Type = TableColumn::Type;

namespace {

/// More columns of a group than this are read together.
constexpr std::size_t most_by_name = 10;

Type type_of(FieldType type) {
  return type == FieldType::integer ? Type::integer : type == FieldType::time ? Type::time : Type::text;
}

/// Whether two operands stand for one column, perhaps in other spellings.
bool same_column(const filter::Operand& a, const filter::Operand& b) {
  return a.group == b.group && a.name == b.name && a.function == b.function && a.on == b.on;
}

/// A column that was asked for: a field, or what a node has of a group.
struct Wanted {
  const filter::Operand* operand = nullptr;
  const std::string* text = nullptr;  ///< that the operand was parsed from
  const FieldRule* rule = nullptr;
  ColumnBuilder column;
};

class Projection {
 public:
  Projection(const Snapshot& snapshot, const Listing& listing, const Rows& rows)
      : snapshot_(snapshot), listing_(listing), listed_(*listing.listed), rows_(rows) {}

  std::vector<TableColumn> chosen() {
    for (std::size_t i = 0; i < listing_.fields.size(); ++i) add(listing_.fields[i], listing_.field_texts[i]);
    read_fields();
    for (const char* group : {"params", "metrics", "tags"}) read_group(group);
    return finish(false);
  }

  std::vector<TableColumn> all() {
    for (const FieldRule& rule : listed_.fields)
      if (rule.shown && rule.sql) wanted_.push_back({nullptr, nullptr, &rule, {rule.name, rows_.ids.size()}});
    read_fields();
    std::vector<TableColumn> columns = finish(!rows_.ids.empty());
    for (const char* group : {"params", "metrics", "tags"}) {
      if (!has_group(listed_, group)) continue;
      for (auto& [name, column] : group_columns(snapshot_, listed_, group, rows_.owners)) {
        if (column.empty()) continue;
        columns.push_back(std::move(column).finish(Type::text));
        columns.back().name = std::string(group) + "." + name;
      }
    }
    return columns;
  }

 private:
  void add(const filter::Operand& operand, const std::string& text) {
    const bool grouped = !operand.group.empty() && has_group(listed_, operand.group);
    const FieldRule* rule = grouped ? nullptr : &filter::sortable(listed_, operand, text);
    if (grouped) filter::check_group(snapshot_, operand, text);
    for (const Wanted& other : wanted_)
      if (same_column(*other.operand, operand))
        filter::raise(text, operand.at, fmt::format("{} is there twice", value::quoted(operand.text)));
    wanted_.push_back({&operand, &text, rule, {operand.text, rows_.ids.size()}});
  }

  void read_fields() {
    std::vector<Wanted*> fields;
    for (Wanted& wanted : wanted_)
      if (wanted.rule) fields.push_back(&wanted);
    if (fields.empty()) return;
    SqlText body = SqlText().add("SELECT w.key");
    for (const Wanted* field : fields)
      body.add(", ").add(field->rule->type == FieldType::run ? "r.uid" : field->rule->sql);
    body.add(" FROM json_each(").bind(store::json_array(rows_.ids)).add(") AS w CROSS JOIN ").add(listed_.from);
    body.add(" WHERE ").add(listed_.row).add(" = w.value");
    SqlText sql = with_live_runs(snapshot_, body.text());
    sql.add(std::move(body));
    sqlite::Statement row = sql.prepare(snapshot_.db);
    while (row.step())
      for (std::size_t i = 0; i < fields.size(); ++i)
        set(*fields[i], static_cast<std::size_t>(row.integer(0)), row, static_cast<int>(i) + 1);
    for (Wanted* field : fields)
      if (field->rule->type == FieldType::reference) set_references(*field);
  }

  void set(Wanted& wanted, std::size_t place, const sqlite::Statement& row, int column) {
    if (row.null(column)) return;
    switch (wanted.rule->type) {
      case FieldType::integer:
      case FieldType::time:
        return wanted.column.set(place, row.integer(column));
      case FieldType::reference:
        return nodes_[wanted.rule].emplace_back(place, row.integer(column)), void();
      case FieldType::run:
        return wanted.column.set(place, row.uid(column).str());
      case FieldType::digest:
        return wanted.column.set(place, value::to_hex(row.blob(column)));
      default:
        return wanted.column.set(place, std::string(row.text(column)));
    }
  }

  void set_references(Wanted& wanted) {
    Ids ids;
    for (const auto& [place, node] : nodes_[wanted.rule]) ids.push_back(node);
    std::vector<std::string> refs = store::NodeReader(snapshot_.db).refs(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) wanted.column.set(nodes_[wanted.rule][i].first, std::move(refs[i]));
  }

  void read_group(const std::string& group) {
    std::vector<Wanted*> fields;
    for (Wanted& wanted : wanted_)
      if (!wanted.rule && wanted.operand->group == group) fields.push_back(&wanted);
    const auto is_plain = [](const Wanted* field) { return field->operand->function.empty() && !field->operand->on; };
    const auto plain = static_cast<std::size_t>(std::count_if(fields.begin(), fields.end(), is_plain));
    const bool together = plain > most_by_name && (group != "params" || listed_.kind == Kind::run);
    GroupColumns columns;
    if (together) {
      std::set<std::string> names;
      for (const Wanted* field : fields)
        if (is_plain(field)) names.insert(field->operand->name);
      columns = group_columns(snapshot_, listed_, group, rows_.owners, names);
    }
    for (Wanted* field : fields) {
      const bool is_read = together && is_plain(field);
      const auto found = is_read ? columns.find(field->operand->name) : columns.end();
      if (found != columns.end()) field->column = found->second.named(field->operand->text);
      if (!is_read || group == "params") read_values(*field);
    }
  }

  /// One value for each row that has none yet.
  void read_values(Wanted& wanted) {
    std::unordered_map<std::int64_t, std::vector<std::size_t>> rows;
    Ids owners;
    for (std::size_t i = 0; i < rows_.owners.size(); ++i) {
      if (wanted.column.has(i)) continue;
      std::vector<std::size_t>& places = rows[rows_.owners[i]];
      if (places.empty()) owners.push_back(rows_.owners[i]);
      places.push_back(i);
    }
    if (owners.empty()) return;
    std::vector<Cell> cells(owners.size());
    filter::Group(snapshot_, listed_, *wanted.operand, *wanted.text)
        .values(owners, [&](std::size_t place, const sqlite::Statement& row) { cells[place] = cell_of(row); });
    for (std::size_t i = 0; i < owners.size(); ++i)
      for (const std::size_t row : rows[owners[i]]) wanted.column.set(row, cells[i]);
  }

  static Cell cell_of(const sqlite::Statement& row) {
    constexpr int first = filter::Group::first_column;
    if (row.text(first) == "float" && row.null(first + 2)) return row.real(first + 1);
    return mltrack::cell_of(store::decode(row, first));
  }

  std::vector<TableColumn> finish(bool only_filled) {
    std::vector<TableColumn> columns;
    for (Wanted& wanted : wanted_) {
      if (only_filled && wanted.column.empty()) continue;
      const bool metric = wanted.operand && wanted.operand->group == "metrics";
      const Type type = wanted.rule ? type_of(wanted.rule->type) : metric ? Type::number : Type::text;
      columns.push_back(std::move(wanted.column).finish(type));
    }
    return columns;
  }

  const Snapshot& snapshot_;
  const Listing& listing_;
  const Listed& listed_;
  const Rows& rows_;
  std::vector<Wanted> wanted_;
  std::unordered_map<const FieldRule*, std::vector<std::pair<std::size_t, std::int64_t>>> nodes_;
};

}  // namespace

Table list_table(const Snapshot& snapshot, const Listing& listing) {
  const Rows rows = select_rows(snapshot, listing);
  Projection projection(snapshot, listing, rows);
  Table table;
  table.columns = listing.fields.empty() ? projection.all() : projection.chosen();
  table.next = rows.next;
  if (rows.next) table.notes.push_back(fmt::format("only the first {} are here", rows.ids.size()));
  return table;
}

}  // namespace mltrack::ask
