#include <mltrack/query.hpp>

#include "ask/alarms.hpp"
#include "ask/answer.hpp"
#include "ask/column_use.hpp"
#include "ask/compare.hpp"
#include "ask/details.hpp"
#include "ask/explain.hpp"
#include "ask/fitted.hpp"
#include "ask/lineage.hpp"
#include "ask/select.hpp"
#include "ask/table.hpp"
#include "ask/trials.hpp"
#include "ask/walk.hpp"

namespace mltrack {

using ask::ask_about;
using ask::QueryState;
using ask::Reference;
using ask::Snapshot;

namespace {

constexpr std::size_t page_unless_told = 100;

std::vector<Node> list(QueryState& state, Kind kind, const Select& select) {
  const ask::Listing listing = ask::parse_listing(kind, select);
  return ask_about(state, [&](const Snapshot& snapshot) { return ask::list_nodes(snapshot, listing); });
}

Lineage trace(QueryState& state, const std::string& ref, bool up, bool down, std::optional<int> depth,
              std::optional<Kind> kind) {
  return ask_about(
      state,
      [&](const Snapshot& snapshot, const Reference& root) {
        return ask::lineage_of(snapshot, root, up, down, depth, kind);
      },
      ref);
}

}  // namespace

Query::Query(std::shared_ptr<store::Store> store) : state_(std::make_shared<QueryState>()) {
  state_->before = [store] { store->flush_pending(); };
  state_->store = std::move(store);
}

std::vector<Node> Query::projects(const Select& select) const { return list(*state_, Kind::project, select); }
std::vector<Node> Query::experiments(const Select& select) const { return list(*state_, Kind::experiment, select); }
std::vector<Node> Query::runs(const Select& select) const { return list(*state_, Kind::run, select); }
std::vector<Node> Query::calls(const Select& select) const { return list(*state_, Kind::call, select); }
std::vector<Node> Query::datasets(const Select& select) const { return list(*state_, Kind::dataset, select); }
std::vector<Node> Query::models(const Select& select) const { return list(*state_, Kind::model, select); }
std::vector<Node> Query::artifacts(const Select& select) const { return list(*state_, Kind::artifact, select); }

Table Query::table(Kind kind, const Select& select) const {
  const ask::Listing listing = ask::parse_listing(kind, select);
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::list_table(snapshot, listing); });
}

std::vector<Alarm> Query::alarms(const AlarmSelect& select) const {
  const ask::AlarmListing asked = ask::parse_alarms(select);
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::alarm_page(snapshot, asked).alarms; });
}

AlarmPage Query::alarm_page(const AlarmSelect& select) const {
  AlarmSelect bounded = select;
  bounded.limit = select.limit.value_or(page_unless_told);
  const ask::AlarmListing asked = ask::parse_alarms(bounded);
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::alarm_page(snapshot, asked); });
}

Table Query::alarm_table(const AlarmSelect& select) const {
  const ask::AlarmListing asked = ask::parse_alarms(select);
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::alarm_table(snapshot, asked); });
}

Page Query::page(Kind kind, const Select& select) const {
  Select bounded = select;
  bounded.limit = select.limit.value_or(page_unless_told);
  const ask::Listing listing = ask::parse_listing(kind, bounded);
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::list_page(snapshot, listing); });
}

Lineage Query::ancestors(const Ref& ref, std::optional<int> depth, std::optional<Kind> kind) const {
  return trace(*state_, ref.text(), true, false, depth, kind);
}
Lineage Query::descendants(const Ref& ref, std::optional<int> depth, std::optional<Kind> kind) const {
  return trace(*state_, ref.text(), false, true, depth, kind);
}
Lineage Query::lineage(const Ref& ref, std::optional<int> depth, std::optional<Kind> kind) const {
  return trace(*state_, ref.text(), true, true, depth, kind);
}

std::int64_t Query::walk(const Walk& walk, const std::function<bool(const Passed&)>& see) const {
  return ask_about(
      *state_, [&](const Snapshot& snapshot, const Reference& from) { return ask::walk(snapshot, from, walk, see); },
      walk.ref.text());
}

std::vector<Node> Query::common_ancestor(const Ref& a, const Ref& b) const {
  return ask_about(*state_, ask::common_ancestors, a.text(), b.text());
}

Comparison Query::compare(const Ref& a, const Ref& b) const {
  return ask_about(*state_, ask::compare_nodes, a.text(), b.text());
}

Table Query::compare(const std::vector<Ref>& refs, bool only_differences) const {
  std::vector<Reference> references;
  for (const Ref& ref : refs) references.push_back(ask::prepare(ref.text()));
  return ask_about(*state_,
                   [&](const Snapshot& snapshot) { return ask::compare_all(snapshot, references, only_differences); });
}

Explanation Query::explain(const Ref& a, const Ref& b) const {
  return ask_about(*state_, ask::explain_nodes, a.text(), b.text());
}

Node Query::node(const Ref& ref) const { return ask_about(*state_, ask::node_of, ref.text()); }
Details Query::details(const Ref& ref) const { return ask_about(*state_, ask::details_of, ref.text()); }

StoredTrials Query::trials(const Ref& ref) const { return ask_about(*state_, ask::trials_of, ref.text()); }

Fitted Query::fitted(const Ref& ref) const { return ask_about(*state_, ask::fitted_of, ref.text()); }

std::vector<ColumnUse> Query::uses_column(const std::string& name) const {
  return ask_about(*state_, [&](const Snapshot& snapshot) { return ask::uses_of_column(snapshot, name); });
}

std::vector<Point> Query::points(const Ref& ref, const std::string& metric) const {
  return ask_about(
      *state_, [&](const Snapshot& snapshot, const Reference& node) { return ask::points_of(snapshot, node, metric); },
      ref.text());
}

std::map<std::string, double> latest_metrics(const Node& node) {
  std::map<std::string, const MetricValue*> latest;
  for (const MetricValue& metric : node.metrics) {
    const MetricValue*& known = latest[metric.name];
    if (!known || metric.at_us >= known->at_us) known = &metric;
  }
  std::map<std::string, double> values;
  for (const auto& [name, metric] : latest) values[name] = metric->value;
  return values;
}

}  // namespace mltrack
