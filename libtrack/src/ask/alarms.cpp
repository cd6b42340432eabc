#include "ask/alarms.hpp"

#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "store/read_alarms.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

SqlText condition_of(const Snapshot& snapshot, const AlarmSelect& select, const std::optional<Reference>& run) {
  SqlText sql;
  sql.add("CASE a.grade WHEN 'alarm' THEN 2 WHEN 'mild' THEN 1 ELSE 0 END >= ")
      .bind(static_cast<std::int64_t>(select.at_least));
  if (!select.kind.empty()) sql.add(" AND a.kind = ").bind(select.kind);
  if (!run) return sql;
  const Target target = resolve(snapshot, *run);
  if (target.kind != Kind::run)
    throw Error(ErrorCode::invalid_argument, fmt::format("{} names a {}, not a run; give a run's uid",
                                                         value::quoted(run->text), to_string(target.kind)));
  return sql.add(" AND r.id = ").bind(target.node);
}

}  // namespace

Listing parse_alarms(const AlarmSelect& select) {
  const std::string scope = fmt::format("{}\n{}\n{}", select.run, select.kind, to_string(select.at_least));
  return parse_listing(listed_alarms(), {.where = select.where, .order_by = select.order_by, .limit = select.limit},
                       scope);
}

std::vector<Alarm> list_alarms(const Snapshot& snapshot, const AlarmSelect& select, Listing listing,
                               const std::optional<Reference>& run) {
  listing.also = condition_of(snapshot, select, run);
  return store::read_alarms(snapshot.db, select_ids(snapshot, listing));
}

}  // namespace mltrack::ask
