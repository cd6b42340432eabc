#include "ask/filter_measured.hpp"

#include <fmt/format.h>

#include "ask/filter_names.hpp"
#include "ask/split_roles.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask::filter {

using sqlite::Statement;
using store::each;

namespace {

Ids datasets_of(const Snapshot& snapshot, const Ids& metrics) {
  Ids datasets;
  each(
      snapshot.db,
      "SELECT DISTINCT m.dataset FROM json_each(?1) AS w CROSS JOIN metric AS m ON m.name = w.value WHERE m.dataset IS "
      "NOT NULL ORDER BY 1",
      [&](const Statement& row) { datasets.push_back(row.integer(0)); }, store::json_array(metrics));
  return datasets;
}

/// The datasets of a reference's content; of a file, what was read from it.
Ids same_content(const Snapshot& snapshot, const Target& target) {
  Ids ids;
  each(
      snapshot.db,
      "WITH named (id) AS (SELECT value FROM json_each(?1)),"
      " held (id) AS (SELECT id FROM named UNION"
      " SELECT o.dst FROM named CROSS JOIN edge AS i ON i.src = named.id JOIN call AS c ON c.id = i.dst"
      " JOIN name AS t ON t.id = c.op CROSS JOIN edge AS o ON o.src = c.id WHERE t.text = 'read')"
      " SELECT s.id FROM held CROSS JOIN node AS n ON n.id = held.id CROSS JOIN node AS s ON s.content = n.content"
      " WHERE s.kind = 'dataset' UNION SELECT n.id FROM held CROSS JOIN node AS n ON n.id = held.id"
      " WHERE n.kind = 'dataset' ORDER BY 1",
      [&](const Statement& row) { ids.push_back(row.integer(0)); }, store::json_array(target.starts));
  return ids;
}

}  // namespace

Ids measured_on(const Snapshot& snapshot, const Measured& on, const Ids& metrics, const std::string& text) {
  if (on.dataset) {
    const Target target = resolve(snapshot, *on.dataset);
    if (target.kind != Kind::dataset && target.kind != Kind::artifact)
      raise(text, on.at,
            fmt::format("{} names a {}; a metric is measured on a dataset", value::quoted(on.dataset->text),
                        to_string(target.kind)));
    return same_content(snapshot, target);
  }
  check_role(snapshot, on.role, on.at, text);
  SplitRoles roles(snapshot.db);
  Ids datasets = datasets_of(snapshot, metrics);
  std::erase_if(datasets, [&](std::int64_t dataset) { return !roles.has(dataset, on.role); });
  return datasets;
}

}  // namespace mltrack::ask::filter
