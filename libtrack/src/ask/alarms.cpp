#include "ask/alarms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "store/read_alarms.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::schema {
extern const std::string_view sql_list_alarms;
}

namespace mltrack::ask {

namespace {

/// The runs whose alarms are asked for, newest first.
Ids chosen_runs(const Snapshot& snapshot, const Listing& runs, const std::optional<Reference>& run) {
  Ids ids = select_ids(snapshot, runs);
  if (!run) return ids;
  const Target target = resolve(snapshot, *run);
  if (target.kind != Kind::run)
    throw Error(ErrorCode::invalid_argument, fmt::format("{} names a {}, not a run; give a run's uid",
                                                         value::quoted(run->text), to_string(target.kind)));
  std::erase_if(ids, [&](std::int64_t id) { return id != target.node; });
  return ids;
}

}  // namespace

std::vector<Alarm> list_alarms(const Snapshot& snapshot, const AlarmSelect& select, const Listing& runs,
                               const std::optional<Reference>& run) {
  Ids ids;
  store::each(
      snapshot.db, schema::sql_list_alarms, [&](const sqlite::Statement& row) { ids.push_back(row.integer(0)); },
      store::json_array(chosen_runs(snapshot, runs, run)), select.kind, static_cast<std::int64_t>(select.at_least));
  if (const std::size_t limit = select.limit.value_or(0); limit > 0 && ids.size() > limit) ids.resize(limit);
  return store::read_alarms(snapshot.db, ids);
}

}  // namespace mltrack::ask
