#include "ask/select.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "ask/filter_compiler.hpp"
#include "ask/filter_group.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

namespace {

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string::npos; }

/// The runs that say they are running and whose process lives.
Ids live_runs(sqlite::Connection& db) {
  Ids running;
  store::each(db, "SELECT id FROM run WHERE status = 'running'",
              [&](const sqlite::Statement& row) { running.push_back(row.integer(0)); });
  store::RunReader runs(db);
  runs.load(running);
  std::erase_if(running, [&](std::int64_t id) { return runs.at(id).status != "running"; });
  return running;
}

std::size_t ties_of(const Listed& listed) {
  const auto& ties = listed.newest_first;
  return static_cast<std::size_t>(
      std::count_if(ties.begin(), ties.end(), [](const Tie& tie) { return tie.sql != nullptr; }));
}

Key key_of(const sqlite::Statement& row, int column) {
  switch (row.storage(column)) {
    case 1:
      return row.integer(column);
    case 2:
      return row.real(column);
    case 3:
      return std::string(row.text(column));
    case 4: {
      const sqlite::Blob blob = row.blob(column);
      return std::vector<std::uint8_t>(blob.begin(), blob.end());
    }
    default:
      return {};
  }
}

void bind(SqlText& sql, const Key& key) {
  std::visit(
      [&](const auto& value) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) sql.bind(value);
      },
      key);
}

/// What rows are sorted by: what was asked for, then newest first.
struct SortKey {
  const char* sql = nullptr;  ///< nothing where it is not in the row but in a group
  bool descending = false;
  bool may_lack = true;
  const filter::Operand* operand = nullptr;
};

class Selection {
 public:
  Selection(const Snapshot& snapshot, const Listing& listing)
      : snapshot_(snapshot), listing_(listing), listed_(*listing.listed) {
    for (const filter::OrderKey& key : listing.order) {
      const bool grouped = !key.operand.group.empty() && has_group(listed_, key.operand.group);
      const char* sql = grouped ? nullptr : filter::sortable(listed_, key.operand, listing.select.order_by).sql;
      keys_.push_back({sql, key.descending, true, &key.operand});
      in_sql_ = in_sql_ && !grouped;
    }
    for (std::size_t i = 0; i < ties_of(listed_); ++i)
      keys_.push_back({listed_.newest_first[i].sql, listed_.newest_first[i].descending, false});
  }

  Rows rows() {
    read();
    if (!in_sql_) sort();
    Rows rows;
    const std::size_t limit = listing_.select.limit.value_or(0);
    const bool more = limit > 0 && rows_.size() > limit;
    if (more) rows_.resize(limit);
    for (const Row& row : rows_) {
      rows.ids.push_back(row.id);
      rows.owners.push_back(row.owner);
    }
    if (more) rows.next = write_cursor(question(listing_), rows_.back().keys);
    return rows;
  }

  static std::uint64_t question(const Listing& listing) {
    return question_digest({listing.listed->plural, listing.select.where, listing.select.order_by, listing.scope});
  }

 private:
  struct Row {
    std::int64_t id;
    std::int64_t owner;
    std::vector<Key> keys;
  };

  void read() {
    const SqlText sql = statement();
    sqlite::Statement row = sql.prepare(snapshot_.db);
    while (row.step()) {
      Row& one = rows_.emplace_back(Row{row.integer(0), row.integer(1), {}});
      for (std::size_t i = 0; i < keys_.size(); ++i) one.keys.push_back(key_of(row, static_cast<int>(i) + 2));
    }
  }

  SqlText statement() const {
    SqlText condition = SqlText().add(listed_.condition);
    if (!listing_.also.text().empty()) condition.add(" AND ").add(listing_.also);
    if (listing_.where)
      condition.add(" AND ").add(filter::compile(snapshot_, listed_, *listing_.where, listing_.select.where));
    if (in_sql_ && !listing_.after.empty()) condition.add(" AND ").add(behind());
    SqlText body;
    body.add("SELECT ").add(listed_.row).add(", ").add(listed_.owner);
    for (const SortKey& key : keys_) body.add(", ").add(key.sql ? key.sql : "NULL");
    body.add(" FROM ").add(listed_.from).add(" WHERE ").add(std::move(condition));
    if (in_sql_) body.add(order());
    SqlText sql = with_live_runs(snapshot_, body.text());
    return sql.add(std::move(body));
  }

  SqlText order() const {
    SqlText sql;
    for (const SortKey& key : keys_) {
      sql.add(sql.text().empty() ? " ORDER BY " : ", ");
      if (key.may_lack) sql.add("(").add(key.sql).add(") IS NULL, ");
      sql.add("(").add(key.sql).add(key.descending ? ") DESC" : ")");
    }
    const std::size_t limit = listing_.select.limit.value_or(0);
    if (limit > 0) sql.add(" LIMIT ").bind(static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX - 1)) + 1);
    return sql;
  }

  /// Holds for the rows behind the place. Where the first key is never missing its bound stands alone as well, so that
  /// an index on it is used.
  SqlText behind() const {
    SqlText sql;
    if (!keys_[0].may_lack) {
      sql.add("(").add(keys_[0].sql).add(keys_[0].descending ? ") <= " : ") >= ");
      bind(sql, listing_.after[0]);
      sql.add(" AND ");
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const Key& key = listing_.after[i];
      const bool lacks = key.index() == 0;
      const std::string value = std::string("(") + keys_[i].sql + ")";
      sql.add("(");
      if (lacks) {
        sql.add("0");
      } else {
        sql.add(value).add(keys_[i].descending ? " < " : " > ");
        bind(sql, key);
        if (keys_[i].may_lack) sql.add(" OR ").add(value).add(" IS NULL");
      }
      if (i + 1 == keys_.size()) break;
      sql.add(" OR (").add(value);
      if (lacks) {
        sql.add(" IS NULL");
      } else {
        sql.add(" = ");
        bind(sql, key);
      }
      sql.add(" AND ");
    }
    return sql.add(std::string(2 * keys_.size() - 1, ')'));
  }

  /// Fills in what is not in the rows, and puts them in order.
  void sort() {
    for (std::size_t i = 0; i < listing_.order.size(); ++i)
      if (!keys_[i].sql) fill(i);
    const auto before = [&](const std::vector<Key>& a, const std::vector<Key>& b) {
      for (std::size_t i = 0; i < keys_.size(); ++i)
        if (const int order = compare(a[i], b[i], keys_[i].descending); order != 0) return order < 0;
      return false;
    };
    if (!listing_.after.empty())
      std::erase_if(rows_, [&](const Row& row) { return !before(listing_.after, row.keys); });
    std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return before(a.keys, b.keys); });
  }

  void fill(std::size_t i) {
    std::map<std::int64_t, Ids> of_owner;  // alarms share their run
    for (std::size_t at = 0; at < rows_.size(); ++at)
      of_owner[rows_[at].owner].push_back(static_cast<std::int64_t>(at));
    Ids owners;
    for (const auto& [owner, places] : of_owner) owners.push_back(owner);
    std::vector<Key> values(owners.size());
    filter::Group(snapshot_, listed_, *keys_[i].operand, listing_.select.order_by)
        .values(owners, [&](std::size_t place, const sqlite::Statement& row) {
          values[place] = key_of(row, filter::Group::first_column + 1);
        });
    for (std::size_t at = 0; at < owners.size(); ++at)
      for (const std::int64_t row : of_owner[owners[at]]) rows_[static_cast<std::size_t>(row)].keys[i] = values[at];
  }

  const Snapshot& snapshot_;
  const Listing& listing_;
  const Listed& listed_;
  std::vector<SortKey> keys_;
  bool in_sql_ = true;
  std::vector<Row> rows_;
};

}  // namespace

SqlText with_live_runs(const Snapshot& snapshot, const std::string& sql) {
  SqlText with;
  if (sql.find("live_runs") != std::string::npos)
    with.add("WITH live_runs (id) AS (SELECT value FROM json_each(")
        .bind(store::json_array(live_runs(snapshot.db)))
        .add(")) ");
  return with;
}

Rows select_rows(const Snapshot& snapshot, const Listing& listing) { return Selection(snapshot, listing).rows(); }

Ids select_ids(const Snapshot& snapshot, const Listing& listing) { return select_rows(snapshot, listing).ids; }

Listing parse_listing(const Listed& listed, const Select& select, const std::string& scope) {
  Listing listing{.listed = &listed, .select = select};
  listing.scope = scope;
  if (!is_blank(select.where)) listing.where = filter::parse(select.where);
  if (!is_blank(select.order_by)) listing.order = filter::parse_order(select.order_by);
  for (const std::string& text : select.fields)
    for (filter::Operand& operand : filter::parse_operands(text)) {
      listing.fields.push_back(std::move(operand));
      listing.field_texts.push_back(text);
    }
  if (!select.after.empty())
    listing.after = read_cursor(select.after, Selection::question(listing), listing.order.size() + ties_of(listed));
  return listing;
}

Listing parse_listing(Kind kind, const Select& select) { return parse_listing(listed(kind), select); }

std::vector<Node> list_nodes(const Snapshot& snapshot, const Listing& listing) {
  return store::NodeReader(snapshot.db).read(select_ids(snapshot, listing));
}

Page list_page(const Snapshot& snapshot, const Listing& listing) {
  Rows rows = select_rows(snapshot, listing);
  return {store::NodeReader(snapshot.db).read(rows.ids), std::move(rows.next)};
}

}  // namespace mltrack::ask
