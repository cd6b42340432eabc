#include <mltrack/alarm.hpp>
#include <mltrack/tracker.hpp>

#include "audit/case.hpp"
#include "store/read_alarms.hpp"
#include "store/store.hpp"

namespace mltrack {

namespace {

/// What will be written: only what the graph's vertices mean outside of it.
struct Audited {
  store::RowId run = 0;
  std::vector<store::AlarmRow> alarms{};
};

store::AlarmRow row_of(const audit::Graph& graph, store::RowId run, const std::string& kind, audit::Index subject,
                       const audit::Finding& finding) {
  constexpr std::size_t shown_nodes = 64;
  store::AlarmRow row{.run = run,
                      .kind = kind,
                      .subject = graph[subject].id,
                      .grade = finding.grade,
                      .counted = finding.counted,
                      .total = finding.total,
                      .advice = finding.advice,
                      .nodes = {}};
  for (const auto& [role, vertex] : finding.nodes)
    if (row.nodes.size() < shown_nodes) row.nodes.emplace_back(role, graph[vertex].id);
  return row;
}

Audited examine_run(sqlite::Connection& db, const Uid& uid, const Evidence& evidence) {
  Audited audited{.run = store::run_id(db, uid)};
  audit::Graph graph(db, audited.run);
  audit::Case run(graph, evidence);
  audit::find_fits_on_test_rows(run);
  audit::find_selection_outside_validation(run);
  audit::find_target_columns(run);
  audit::find_repeated_rows(run);
  audit::find_scores_on_training_data(run);
  audit::find_reused_test_sets(run);
  for (const auto& [key, finding] : run.findings)
    audited.alarms.push_back(row_of(graph, audited.run, key.first, key.second, finding));
  return audited;
}

}  // namespace

std::vector<Alarm> Tracker::audit(const Uid& run, const Evidence& evidence) {
  store_->flush_pending();
  const Audited audited = store_->read([&](sqlite::Connection& db) { return examine_run(db, run, evidence); });
  if (!audited.alarms.empty() || !evidence.learnt.empty())
    store_->write([&](store::Writer& rows) {
      for (const auto& learnt : evidence.learnt) rows.learnt(rows.find(learnt.fit), learnt.what);
      for (const auto& alarm : audited.alarms) rows.alarm(alarm);
    });
  return store_->read([&](sqlite::Connection& db) { return store::read_alarms_of(db, audited.run); });
}

}  // namespace mltrack
