#include "ask/alarms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "ask/table.hpp"
#include "store/read_alarms.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

/// A kind that no version stored and this one does not know: without a word it would look as if nothing had leaked.
void check_kind(const Snapshot& snapshot, const std::string& kind) {
  if (kind.empty() || std::ranges::find(alarm_kinds(), kind) != alarm_kinds().end()) return;
  if (snapshot.db.integer("SELECT 1 FROM alarm WHERE kind = ?1 LIMIT 1", kind)) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} is no kind of alarm; the kinds are {}", value::quoted(kind),
                                                       fmt::join(alarm_kinds(), ", ")));
}

SqlText condition_of(const Snapshot& snapshot, const AlarmListing& asked) {
  check_kind(snapshot, asked.kind);
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
