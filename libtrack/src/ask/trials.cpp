#include "ask/trials.hpp"

#include <map>

#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/row_numbers.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

FoldRows rows_of(const Statement& row) {
  FoldRows rows;
  rows.test = value::unpacked(row.blob(2));
  rows.train = row.integer(3) > 0 ? value::others(rows.test, row.integer(3)) : value::unpacked(row.blob(1));
  return rows;
}

}  // namespace

StoredTrials trials_of(const Snapshot& snapshot, const Reference& reference) {
  sqlite::Connection& db = snapshot.db;
  const std::int64_t call = resolve(snapshot, reference).node;
  StoredTrials stored;
  std::map<std::int64_t, std::int64_t> places;
  each(
      db, "SELECT id, train, test, count FROM fold_rows WHERE call = ?1 ORDER BY nth",
      [&](const Statement& row) {
        places.emplace(row.integer(0), static_cast<std::int64_t>(stored.rows.size()));
        stored.rows.push_back(rows_of(row));
      },
      call);
  each(
      db,
      "SELECT r.uid, n.seq, t.candidate, t.fold, t.rows, t.fit_us, t.score_us FROM call AS c JOIN trial AS t ON t.id = "
      "c.id JOIN node AS n ON n.id = c.id JOIN run AS r ON r.id = n.run WHERE c.parent = ?1 "
      "ORDER BY t.candidate, t.fold, t.id",
      [&](const Statement& row) {
        const auto rows = row.maybe_integer(4);
        stored.trials.push_back({CallRef{{row.uid(0), row.integer(1)}}, row.integer(2), row.integer(3),
                                 rows ? places.at(*rows) : -1, row.maybe_integer(5), row.maybe_integer(6)});
      },
      call);
  return stored;
}

}  // namespace mltrack::ask
