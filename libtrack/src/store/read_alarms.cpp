#include "store/read_alarms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "store/read_rows.hpp"
#include "store/read_runs.hpp"

namespace mltrack::schema {
extern const std::string_view sql_read_alarms;
extern const std::string_view sql_read_alarm_nodes;
}  // namespace mltrack::schema

namespace mltrack::store {

std::int64_t run_id(sqlite::Connection& db, const Uid& uid) {
  const auto id = db.integer("SELECT id FROM run WHERE uid = ?1", uid);
  if (!id) throw Error(ErrorCode::not_found, fmt::format("the store holds no run {}", uid.str()));
  return *id;
}

std::vector<Alarm> read_alarms(sqlite::Connection& db, std::span<const std::int64_t> ids) {
  std::vector<Alarm> alarms(ids.size());
  RunReader runs(db);
  std::vector<std::array<std::int64_t, 2>> subjects(ids.size());
  const std::string wanted = json_array(ids);
  const auto take = [&](const sqlite::Statement& row) {
    const auto place = static_cast<std::size_t>(row.integer(0));
    subjects[place] = {row.integer(3), row.integer(5)};
    alarms[place] = {.kind = std::string(row.text(1)),
                     .grade = parse_grade(row.text(2)),
                     .run = row.uid(4).str(),
                     .subject = {},
                     .counted = row.maybe_integer(6),
                     .total = row.maybe_integer(7),
                     .advice = std::string(row.text(8)),
                     .at_us = row.integer(9)};
  };
  each(db, schema::sql_read_alarms, take, wanted);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto seq = db.integer("SELECT seq FROM node WHERE id = ?1", subjects[i][1]).value_or(0);
    alarms[i].subject = runs.ref(subjects[i][0], seq);
  }
  std::vector<std::array<std::int64_t, 3>> places;
  const auto take_node = [&](const sqlite::Statement& row) {
    auto& nodes = alarms[static_cast<std::size_t>(row.integer(0))].nodes;
    places.push_back({row.integer(0), row.integer(2), row.integer(3)});
    nodes.push_back({.role = std::string(row.text(1)),
                     .ref = {},
                     .op = row.maybe_text(4),
                     .type = row.maybe_text(5),
                     .source = row.maybe_text(6)});
  };
  each(db, schema::sql_read_alarm_nodes, take_node, wanted);
  std::vector<std::size_t> next(ids.size());
  for (const auto& [place, run, seq] : places) {
    const auto alarm = static_cast<std::size_t>(place);
    alarms[alarm].nodes[next[alarm]++].ref = runs.ref(run, seq);
  }
  return alarms;
}

std::vector<Alarm> read_alarms_of(sqlite::Connection& db, std::int64_t run) {
  std::vector<std::int64_t> ids;
  each(
      db, "SELECT id FROM alarm WHERE run = ?1 ORDER BY grade = 'alarm' DESC, grade = 'mild' DESC, kind, subject",
      [&](const sqlite::Statement& row) { ids.push_back(row.integer(0)); }, run);
  return read_alarms(db, ids);
}

}  // namespace mltrack::store
