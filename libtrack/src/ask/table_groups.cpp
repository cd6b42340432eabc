#include "ask/table_groups.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_map>

#include "ask/sql_text.hpp"
#include "store/param_codec.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;

namespace {

/// Reading everything in order costs about this many times less a row than looking up the rows of one owner.
constexpr std::int64_t scan_gain = 8;

#define WANTED "json_each(?) AS w CROSS JOIN "

class GroupReader {
 public:
  GroupReader(const Snapshot& snapshot, const Listed& listed, const Ids& owners,
              const std::optional<std::set<std::string>>& names, bool with_parts)
      : db_(snapshot.db), listed_(listed), rows_(owners.size()), names_(names) {
    for (std::size_t i = 0; i < owners.size(); ++i) add_place(owners[i], static_cast<std::int32_t>(i));
    if (with_parts && listed.kind == Kind::run)
      store::each(db_, "SELECT part.id, o.id FROM run AS part JOIN run AS o ON o.uid = part.part_of",
                  [&](const Statement& row) {
                    for (const std::int32_t place : places_of(row.integer(1))) add_place(row.integer(0), place);
                  });
    for (const auto& [id, places] : places_) wanted_.push_back(id);
    std::sort(wanted_.begin(), wanted_.end());
  }

  GroupColumns params() {
    const char* from = listed_.kind == Kind::run    ? WANTED "run_param AS p ON p.run = w.value"
                       : listed_.kind == Kind::call ? WANTED
                           "call AS k ON k.id = w.value CROSS JOIN param AS p ON p.spec = k.spec"
                                                    : WANTED
                           "edge AS x ON x.dst = w.value CROSS JOIN call AS k ON k.id = x.src CROSS JOIN param AS p ON "
                           "p.spec = k.spec";
    Owner owner;
    const auto take = [&](const Statement& row) {
      ColumnBuilder* column = series(row.integer(1)).column;
      for (const std::int32_t place : column ? places_of(row.integer(0), owner) : none_)
        if (!column->has(static_cast<std::size_t>(place))) set_param(*column, static_cast<std::size_t>(place), row);
    };
    if (listed_.kind == Kind::run && !few())
      store::each(db_, "SELECT run, name, type, value, exact FROM run_param", take);
    else
      read("SELECT w.value, p.name, p.type, p.value, p.exact FROM ", from, "", take);
    return std::move(columns_);
  }

  GroupColumns tags() {
    Owner owner;
    read("SELECT w.value, p.key, p.value FROM ", WANTED "tag AS p ON p.node = w.value", "", [&](const Statement& row) {
      const std::string key(row.text(1));
      if (names_ && !names_->contains(key)) return;
      ColumnBuilder& column = columns_.try_emplace(key, key, rows_).first->second;
      for (const std::int32_t place : places_of(row.integer(0), owner))
        column.set(static_cast<std::size_t>(place), std::string(row.text(2)));
    });
    return std::move(columns_);
  }

  GroupColumns metrics() {
    Owner owner;
    if (few())
      read("SELECT w.value, p.name, p.value, p.at_us FROM ", of_owners(), " ORDER BY p.id",
           [&](const Statement& row) { set_metric(places_of(row.integer(0), owner), row); });
    else
      scan();
    return std::move(columns_);
  }

 private:
  using Places = std::vector<std::int32_t>;

  void add_place(std::int64_t id, std::int32_t place) { places_[id].push_back(place); }

  /// Rows of one owner mostly follow each other: it and its places are kept for the next.
  struct Owner {
    std::int64_t id = -1;
    const Places* places = nullptr;
  };

  const Places& places_of(std::int64_t id, Owner& last) const {
    if (id != last.id) last = {id, &places_of(id)};
    return *last.places;
  }

  const Places& places_of(std::int64_t id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? none_ : found->second;
  }

  /// True when looking up what each owner has is less work than reading all. A run has the metrics of all that is in
  /// it.
  bool few() const {
    const std::int64_t owners = listed_.kind == Kind::run
                                    ? db_.integer("SELECT count(*) FROM run").value_or(0)
                                    : db_.integer("SELECT max(id) FROM metric").value_or(0) / scan_gain;
    return static_cast<std::int64_t>(wanted_.size()) * scan_gain < owners;
  }

  const char* of_owners() const {
    if (listed_.kind == Kind::run)
      return WANTED "node AS x ON x.run = w.value CROSS JOIN metric AS p ON p.subject = x.id";
    return listed_.kind == Kind::call ? WANTED "metric AS p ON p.call = w.value"
                                      : WANTED "metric AS p ON p.subject = w.value";
  }

  template <class Row>
  void read(const char* what, const std::string& from, const char* order, Row&& take) const {
    const std::size_t at = from.find('?');
    SqlText sql = SqlText().add(what).add(from.substr(0, at)).bind(store::json_array(wanted_));
    sql.add(from.substr(at + 1)).add(order);
    Statement row = sql.prepare(db_);
    while (row.step()) take(row);
  }

  /// The metrics of all the store in the order of their ids. What follows another of the same owner is found quickly.
  void scan() {
    const bool calls = listed_.kind == Kind::call;
    std::int64_t last = -1;
    const Places* places = &none_;
    store::each(db_,
                calls ? "SELECT call, name, value, at_us FROM metric WHERE call IS NOT NULL ORDER BY id"
                      : "SELECT subject, name, value, at_us FROM metric ORDER BY id",
                [&](const Statement& row) {
                  const std::int64_t subject = row.integer(0);
                  if (subject != last) {
                    last = subject;
                    places = &places_of(owner_of(subject));
                  }
                  if (!places->empty()) set_metric(*places, row);
                });
  }

  std::int64_t owner_of(std::int64_t subject) {
    if (listed_.kind != Kind::run || places_.contains(subject)) return subject;
    return db_.integer("SELECT run FROM node WHERE id = ?1", subject).value_or(0);
  }

  /// Rows come in the order of their ids, so that of two that were logged at one time the later one stays.
  void set_metric(const Places& places, const Statement& row) {
    Series& metric = series(row.integer(1));
    if (!metric.column || places.empty()) return;
    if (metric.latest_us.empty()) metric.latest_us.resize(rows_, std::numeric_limits<std::int64_t>::min());
    const std::int64_t at_us = row.integer(3);
    const double value = row.real(2);
    for (const std::int32_t place : places) {
      const auto at = static_cast<std::size_t>(place);
      if (at_us < metric.latest_us[at]) continue;
      metric.latest_us[at] = at_us;
      metric.column->set(at, value);
    }
  }

  static void set_param(ColumnBuilder& column, std::size_t place, const Statement& row) {
    const std::string_view type = row.text(2);
    if (!row.null(4)) return column.set(place, cell_of(store::decode(row, 2)));
    if (type == "int") return column.set(place, row.integer(3));
    if (type == "float") return column.set(place, row.real(3));
    if (type == "bool") return column.set(place, row.integer(3) != 0);
    if (type == "str") return column.set(place, std::string(row.text(3)));
    column.set(place, cell_of(store::decode(row, 2)));
  }

  /// What an interned name has.
  struct Series {
    bool asked = false;
    ColumnBuilder* column = nullptr;        ///< none where it is not wanted
    std::vector<std::int64_t> latest_us{};  ///< of a metric, by place: when its value was logged
  };

  Series& series(std::int64_t name) {
    const auto at = static_cast<std::size_t>(name);
    if (at >= by_name_.size()) by_name_.resize(at + 1);
    Series& known = by_name_[at];
    if (!known.asked) {
      known.asked = true;
      const std::string text = db_.text("SELECT text FROM name WHERE id = ?1", name).value_or("");
      if (!names_ || names_->contains(text)) known.column = &columns_.try_emplace(text, text, rows_).first->second;
    }
    return known;
  }

  sqlite::Connection& db_;
  const Listed& listed_;
  std::size_t rows_;
  const std::optional<std::set<std::string>>& names_;
  std::unordered_map<std::int64_t, Places> places_;
  Ids wanted_;
  const Places none_{};
  GroupColumns columns_;
  std::vector<Series> by_name_;
};

}  // namespace

GroupColumns group_columns(const Snapshot& snapshot, const Listed& listed, const std::string& group, const Ids& owners,
                           const std::optional<std::set<std::string>>& names) {
  GroupReader reader(snapshot, listed, owners, names, group != "tags");
  return group == "params" ? reader.params() : group == "metrics" ? reader.metrics() : reader.tags();
}

}  // namespace mltrack::ask
