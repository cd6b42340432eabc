#include "store/param_codec.hpp"
#include "store/writer.hpp"

namespace mltrack::store {

void Writer::learnt(RowId call, std::string_view what) {
  connection_.run("INSERT INTO learnt (call, what) VALUES (?, ?) ON CONFLICT DO NOTHING", call, what);
}

RowId Writer::alarm(const AlarmRow& row) {
  connection_.run(
      "INSERT INTO alarm (run, kind, subject, grade, counted, total, advice, at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (run, kind, subject) DO UPDATE SET grade = excluded.grade, counted = excluded.counted,"
      " total = excluded.total, advice = excluded.advice",
      row.run, row.kind, row.subject, to_string(row.grade), row.counted, row.total, clean_text(row.advice), now_us());
  const RowId id =
      connection_
          .integer("SELECT id FROM alarm WHERE run = ? AND kind = ? AND subject = ?", row.run, row.kind, row.subject)
          .value();
  for (const auto& [role, node] : row.nodes)
    connection_.run("INSERT INTO alarm_node (alarm, role, node) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, role,
                    node);
  return id;
}

}  // namespace mltrack::store
