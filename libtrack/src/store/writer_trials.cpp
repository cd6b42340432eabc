#include "store/writer.hpp"

namespace mltrack::store {

RowId Writer::fold_rows(RowId call, std::int64_t nth, std::optional<sqlite::Blob> train, sqlite::Blob test,
                        std::int64_t count) {
  connection_.run("INSERT INTO fold_rows (call, nth, train, test, count) VALUES (?, ?, ?, ?, ?)", call, nth, train,
                  test, count);
  return connection_.last_id();
}

void Writer::trial(const TrialRow& row) {
  connection_.run("INSERT INTO trial (id, candidate, fold, rows, fit_us, score_us) VALUES (?, ?, ?, ?, ?, ?)", row.id,
                  row.candidate, row.fold, row.rows, row.fit_us, row.score_us);
}

}  // namespace mltrack::store
