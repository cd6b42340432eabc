#include "ask/alarms.hpp"

#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "ask/table.hpp"
#include "store/read_alarms.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

SqlText condition_of(const Snapshot& snapshot, const AlarmListing& asked) {
  SqlText sql;
  sql.add("CASE a.grade WHEN 'alarm' THEN 2 WHEN 'mild' THEN 1 ELSE 0 END >= ")
      .bind(static_cast<std::int64_t>(asked.at_least));
  if (!asked.kind.empty()) sql.add(" AND a.kind = ").bind(asked.kind);
  if (!asked.run) return sql;
  const Target target = resolve(snapshot, *asked.run);
  if (target.kind != Kind::run)
    throw Error(ErrorCode::invalid_argument, fmt::format("{} names a {}, not a run; give a run's uid",
                                                         value::quoted(asked.run->text), to_string(target.kind)));
  return sql.add(" AND (r.id = ").bind(target.node).add(" OR own.id = ").bind(target.node).add(")");
}

}  // namespace

AlarmListing parse_alarms(const AlarmSelect& select) {
  const Select plain{.where = select.where,
                     .order_by = select.order_by,
                     .limit = select.limit,
                     .after = select.after,
                     .fields = select.fields};
  const std::string scope = fmt::format("{}\n{}\n{}", select.run, select.kind, to_string(select.at_least));
  AlarmListing asked{.listing = parse_listing(listed_alarms(), plain, scope)};
  if (!select.run.empty()) asked.run = prepare(select.run);
  asked.kind = select.kind;
  asked.at_least = select.at_least;
  return asked;
}

AlarmPage alarm_page(const Snapshot& snapshot, AlarmListing asked) {
  asked.listing.also = condition_of(snapshot, asked);
  Rows rows = select_rows(snapshot, asked.listing);
  return {store::read_alarms(snapshot.db, rows.ids), std::move(rows.next)};
}

Table alarm_table(const Snapshot& snapshot, AlarmListing asked) {
  asked.listing.also = condition_of(snapshot, asked);
  return list_table(snapshot, asked.listing);
}

}  // namespace mltrack::ask
