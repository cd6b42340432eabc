#include "ask/near_stored.hpp"

#include "store/read_rows.hpp"

namespace mltrack::ask {

std::vector<std::string> near_in(const Snapshot& snapshot, const std::string& name, std::string_view sql) {
  NearNames near(name);
  store::each(snapshot.db, sql, [&](const sqlite::Statement& row) { near.offer(std::string(row.text(0))); });
  return near.best();
}

bool names_column(const Snapshot& snapshot, const std::string& name) {
  const std::optional<std::int64_t> id = snapshot.db.integer("SELECT id FROM name WHERE text = ?1", name);
  return id && (snapshot.db.integer("SELECT 1 FROM column WHERE name = ?1 LIMIT 1", *id) ||
                snapshot.db.integer("SELECT 1 FROM feature WHERE name = ?1 LIMIT 1", *id));
}

std::vector<std::string> near_columns(const Snapshot& snapshot, const std::string& name) {
  return near_in(snapshot, name,
                 "SELECT text FROM name AS n WHERE EXISTS (SELECT 1 FROM column WHERE name = n.id) OR EXISTS (SELECT 1 "
                 "FROM feature WHERE name = n.id)");
}

}  // namespace mltrack::ask
