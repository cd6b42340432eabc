#include "ask/table_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

struct Known {
  std::string name;
  std::string type;
  Digest digest;
  bool named = true;
};

std::vector<Known> columns_of(sqlite::Connection& db, std::int64_t content) {
  std::vector<Known> columns;
  const auto take = [&](const Statement& row) {
    const std::string name = row.null(1) ? fmt::format("#{}", row.integer(0)) : std::string(row.text(1));
    columns.push_back({name, std::string(row.text(2)), row.digest(3), !row.null(1)});
  };
  each(db,
       "SELECT c.pos, n.text, t.text, c.digest FROM column AS c LEFT JOIN name AS n ON n.id = c.name "
       "JOIN name AS t ON t.id = c.type WHERE c.content = ?1 ORDER BY c.pos",
       take, content);
  return columns;
}

void read_shape(sqlite::Connection& db, std::int64_t content, std::int64_t& rows, std::int64_t& columns) {
  const auto take = [&](const Statement& row) {
    rows = row.integer(0);
    columns = row.integer(1);
  };
  each(db, "SELECT rows, columns FROM dataset WHERE content = ?1", take, content);
}

bool all_named(const std::vector<Known>& columns) {
  return std::ranges::all_of(columns, [](const Known& column) { return column.named; });
}

/// Pairs columns by name, and columns without names by their values as far as they have equals.
class ColumnMatch {
 public:
  ColumnMatch(const std::vector<Known>& a, const std::vector<Known>& b) : a_(a), b_(b) {
    const bool by_name = all_named(a) && all_named(b);
    of_a_.assign(a.size(), missing);
    taken_.assign(b.size(), false);
    const auto same_name = [](const Known& x, const Known& y) { return x.name == y.name; };
    const auto same_values = [](const Known& x, const Known& y) { return x.digest == y.digest; };
    if (by_name) match(same_name);
    match(same_values);
    if (!by_name && a.size() == b.size()) match(same_name);
  }

  void report(TableDifference& found) const {
    for (std::size_t i = 0; i < a_.size(); ++i) {
      if (of_a_[i] == missing)
        found.dropped.push_back(a_[i].name);
      else
        report_pair(a_[i], b_[of_a_[i]], found);
    }
    for (std::size_t j = 0; j < b_.size(); ++j)
      if (!taken_[j]) found.added.push_back(b_[j].name);
    std::vector<std::size_t> order;
    for (const std::size_t j : of_a_)
      if (j != missing) order.push_back(j);
    found.reordered = !std::ranges::is_sorted(order);
  }

 private:
  static constexpr std::size_t missing = static_cast<std::size_t>(-1);

  template <class Same>
  void match(const Same& same) {
    for (std::size_t i = 0; i < a_.size(); ++i) {
      if (of_a_[i] != missing) continue;
      // Most columns stand where they stood.
      for (std::size_t step = 0; step < b_.size(); ++step) {
        const std::size_t j = (i + step) % b_.size();
        if (taken_[j] || !same(a_[i], b_[j])) continue;
        of_a_[i] = j;
        taken_[j] = true;
        break;
      }
    }
  }

  static void report_pair(const Known& a, const Known& b, TableDifference& found) {
    if (a.name != b.name && (a.named || b.named)) found.renamed.emplace_back(a.name, b.name);
    if (a.type != b.type)
      found.retyped.push_back({a.name, a.type, b.type});
    else if (a.digest != b.digest && !found.other_rows())
      found.changed.push_back(a.name);
  }

  const std::vector<Known>& a_;
  const std::vector<Known>& b_;
  std::vector<std::size_t> of_a_;
  std::vector<bool> taken_;
};

}  // namespace

TableDifference table_difference(sqlite::Connection& db, std::int64_t content_a, std::int64_t content_b) {
  TableDifference found;
  read_shape(db, content_a, found.rows_a, found.columns_a);
  read_shape(db, content_b, found.rows_b, found.columns_b);
  const auto a = columns_of(db, content_a);
  const auto b = columns_of(db, content_b);
  const auto complete = [](const std::vector<Known>& known, std::int64_t columns) {
    return static_cast<std::int64_t>(known.size()) == columns;
  };
  found.columns_known = complete(a, found.columns_a) && complete(b, found.columns_b);
  if (found.columns_known) ColumnMatch(a, b).report(found);
  return found;
}

}  // namespace mltrack::ask
