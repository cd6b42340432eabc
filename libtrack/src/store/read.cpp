#include "store/read.hpp"

#include <algorithm>
#include <numeric>

#include "store/param_codec.hpp"
#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_read_nodes;
extern const std::string_view sql_read_calls;
extern const std::string_view sql_read_makers;
extern const std::string_view sql_read_metrics_of_subjects;
extern const std::string_view sql_read_metrics_of_calls;
extern const std::string_view sql_read_metrics_of_few_runs;
extern const std::string_view sql_read_metrics_of_many_runs;
}  // namespace mltrack::schema

namespace mltrack::store {

using sqlite::Statement;
using Ids = std::vector<std::int64_t>;

namespace {

constexpr std::size_t many_runs = 100;

/// When a metric was logged, and its id, which tells two of one moment apart.
using Logged = std::pair<std::int64_t, std::int64_t>;

/// Puts metrics into the order in which they were logged.
void put_in_order(std::vector<MetricValue>& metrics, const std::vector<Logged>& logged) {
  std::vector<std::size_t> places(metrics.size());
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return logged[a] < logged[b]; });
  std::vector<MetricValue> ordered;
  ordered.reserve(metrics.size());
  for (const std::size_t place : places) ordered.push_back(std::move(metrics[place]));
  metrics = std::move(ordered);
}

}  // namespace

/// One reading in progress: the results, where each id stands among them, and the ids by what else must be read.
struct NodeReader::Work {
  std::span<const std::int64_t> ids;
  std::string wanted;
  std::vector<Node> nodes;
  std::unordered_map<std::int64_t, std::size_t> at{};
  Ids paths{}, runs{}, calls{}, made{};
  std::unordered_map<std::int64_t, std::int64_t> run_of{};   // node -> run
  std::unordered_map<std::int64_t, std::int64_t> part_of{};  // part -> run it counts to
  std::unordered_map<std::int64_t, Ids> users{};             // spec -> nodes that show its parameters

  Node& node(std::int64_t id) { return nodes[at.at(id)]; }
};

std::vector<Node> NodeReader::read(std::span<const std::int64_t> ids) {
  Work work{.ids = ids, .wanted = json_array(ids), .nodes = std::vector<Node>(ids.size())};
  work.at.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) work.at.emplace(ids[i], i);
  read_base(work);
  read_paths(work);
  read_runs(work);
  read_calls(work);
  read_makers(work);
  read_specs(work);
  read_metrics(work);
  read_tags(work);
  return std::move(work.nodes);
}

std::vector<std::string> NodeReader::refs(std::span<const std::int64_t> ids) {
  std::vector<std::string> refs(ids.size());
  std::vector<std::pair<std::int64_t, std::int64_t>> places(ids.size());
  Ids runs;
  const auto take = [&](const Statement& row) {
    if (row.null(1)) return;
    places[static_cast<std::size_t>(row.integer(0))] = {row.integer(1), row.integer(2)};
    runs.push_back(row.integer(1));
  };
  each(db_, "SELECT w.key, n.run, n.seq FROM json_each(?1) AS w CROSS JOIN node AS n ON n.id = w.value", take,
       json_array(ids));
  runs_.load(runs);
  for (std::size_t i = 0; i < ids.size(); ++i)
    refs[i] = places[i].first ? runs_.ref(places[i].first, places[i].second) : read_one(ids[i]).ref;
  return refs;
}

const std::string& NodeReader::name(std::int64_t id) {
  const auto [found, is_new] = names_.try_emplace(id);
  if (is_new) found->second = db_.text("SELECT text FROM name WHERE id = ?1", id).value_or("");
  return found->second;
}

std::optional<std::string> NodeReader::name(const Statement& row, int column) {
  if (row.null(column)) return std::nullopt;
  return name(row.integer(column));
}

void NodeReader::read_base(Work& work) {
  const auto take = [&](const Statement& row) {
    const auto place = static_cast<std::size_t>(row.integer(0));
    const std::int64_t id = work.ids[place];
    Node& node = work.nodes[place];
    node.kind = parse_kind(row.text(3));
    node.type = name(row, 4);
    node.name = name(row, 5);
    if (!row.null(6)) node.digest = row.digest(6).hex();
    node.rows = row.maybe_integer(7);
    node.columns = row.maybe_integer(8);
    if (row.null(1)) return work.paths.push_back(id);
    work.run_of[id] = row.integer(1);
    node.ref = std::to_string(row.integer(2));
    Ids& kin = node.kind == Kind::run ? work.runs : node.kind == Kind::call ? work.calls : work.made;
    kin.push_back(id);
  };
  each(db_, schema::sql_read_nodes, take, work.wanted);
  Ids runs;
  for (const auto& [node, run] : work.run_of) runs.push_back(run);
  runs_.load(runs);
  for (const auto& [id, run] : work.run_of) place(work.node(id), run);
}

/// `node.ref` holds the number in the run so far.
void NodeReader::place(Node& node, std::int64_t run_id) {
  const ReadRun& run = runs_.at(run_id);
  node.ref = run.prefix + ":" + node.ref;
  node.run = run.owner.str();
  node.at_us = run.started_us;
  const auto [found, is_new] = experiments_.try_emplace(run.experiment);
  if (is_new) {
    const auto take = [&](const Statement& row) {
      found->second = {std::string(row.text(0)), std::string(row.text(1))};
    };
    each(db_, "SELECT p.name, e.name FROM experiment AS e JOIN project AS p ON p.id = e.project WHERE e.id = ?1", take,
         run.experiment);
  }
  node.project = found->second.first;
  node.experiment = found->second.second;
  if (node.kind != Kind::run) return;
  node.name = run.name;
  node.status = run.status;
  if (run.ended_us) node.took_us = *run.ended_us - run.started_us;
}

void NodeReader::read_paths(Work& work) {
  if (work.paths.empty()) return;
  const std::string wanted = json_array(work.paths);
  const auto project = [&](const Statement& row) {
    Node& node = work.node(row.integer(0));
    node.ref = row.text(1);
    node.name = node.project = node.ref;
    node.at_us = row.integer(2);
  };
  each(db_,
       "SELECT p.id, p.name, (SELECT max(r.started_us) FROM experiment AS e JOIN run AS r ON r.experiment = e.id "
       "WHERE e.project = p.id) FROM json_each(?1) AS w CROSS JOIN project AS p ON p.id = w.value",
       project, wanted);
  const auto experiment = [&](const Statement& row) {
    Node& node = work.node(row.integer(0));
    node.project = row.text(1);
    node.name = node.experiment = std::string(row.text(2));
    node.ref = *node.project + "/" + *node.experiment;
    node.at_us = row.integer(3);
  };
  each(db_,
       "SELECT e.id, p.name, e.name, (SELECT max(r.started_us) FROM run AS r WHERE r.experiment = e.id) "
       "FROM json_each(?1) AS w CROSS JOIN experiment AS e ON e.id = w.value JOIN project AS p ON p.id = e.project",
       experiment, wanted);
}

void NodeReader::read_runs(Work& work) {
  if (work.runs.empty()) return;
  for (const std::int64_t run : work.runs) work.part_of.emplace(run, run);
  if (db_.integer("SELECT 1 FROM run WHERE part_of IS NOT NULL LIMIT 1")) {
    const auto part = [&](const Statement& row) { work.part_of.emplace(row.integer(0), row.integer(1)); };
    each(db_,
         "SELECT part.id, r.id FROM json_each(?1) AS w CROSS JOIN run AS r ON r.id = w.value "
         "CROSS JOIN run AS part ON part.part_of = r.uid",
         part, json_array(work.runs));
  }
  Ids all;
  for (const auto& [part, run] : work.part_of) all.push_back(part);
  std::sort(all.begin(), all.end());
  const auto param = [&](const Statement& row) {
    work.node(work.part_of.at(row.integer(0))).params.emplace(name(row.integer(1)), decode(row, 2));
  };
  each(db_,
       "SELECT p.run, p.name, p.type, p.value, p.exact FROM json_each(?1) AS w CROSS JOIN run_param AS p ON p.run = "
       "w.value",
       param, json_array(all));
}

void NodeReader::read_calls(Work& work) {
  if (work.calls.empty()) return;
  const auto take = [&](const Statement& row) {
    const std::int64_t id = row.integer(0);
    Node& node = work.node(id);
    node.op = name(row, 1);
    if (!row.null(2)) work.users[row.integer(2)].push_back(id);
    node.status = row.text(3);
    if (node.status == "running" && runs_.at(work.run_of.at(id)).status != "running") node.status = "lost";
    node.at_us = row.integer(4);
    node.took_us = row.maybe_integer(5);
    node.overhead_us = row.maybe_integer(6);
    node.error_type = row.maybe_text(7);
    node.error = row.maybe_text(8);
    node.source = row.maybe_text(9);
    if (!row.null(10)) node.parent = runs_.ref(row.integer(10), row.integer(11));
  };
  each(db_, schema::sql_read_calls, take, json_array(work.calls));
}

void NodeReader::read_makers(Work& work) {
  if (work.made.empty()) return;
  const auto take = [&](const Statement& row) {
    const std::int64_t id = row.integer(0);
    Node& node = work.node(id);
    node.at_us = row.integer(2);
    if (node.kind == Kind::model && !row.null(1)) work.users[row.integer(1)].push_back(id);
  };
  each(db_, schema::sql_read_makers, take, json_array(work.made));
}

void NodeReader::read_specs(Work& work) {
  if (work.users.empty()) return;
  Ids specs;
  for (const auto& [spec, users] : work.users) specs.push_back(spec);
  std::sort(specs.begin(), specs.end());
  const auto take = [&](const Statement& row) {
    const std::string& param = name(row.integer(1));
    const Value value = decode(row, 2);
    for (const std::int64_t user : work.users.at(row.integer(0))) work.node(user).params.emplace(param, value);
  };
  each(db_,
       "SELECT p.spec, p.name, p.type, p.value, p.exact FROM json_each(?1) AS w CROSS JOIN param AS p ON p.spec = "
       "w.value",
       take, json_array(specs));
}

void NodeReader::add_metrics(Work& work, std::string_view sql, std::span<const std::int64_t> ids,
                             const std::unordered_map<std::int64_t, std::int64_t>& owners) {
  if (ids.empty()) return;
  std::vector<std::vector<Logged>> logged(work.nodes.size());
  const auto take = [&](const Statement& row) {
    const auto owner = owners.find(row.integer(0));
    const std::size_t place = work.at.at(owner == owners.end() ? row.integer(0) : owner->second);
    MetricValue& metric = work.nodes[place].metrics.emplace_back();
    metric.name = name(row.integer(1));
    metric.value = row.real(2);
    metric.at_us = row.integer(3);
    metric.subject = runs_.ref(row.integer(4), row.integer(5));
    if (!row.null(6)) metric.dataset = runs_.ref(row.integer(6), row.integer(7));
    logged[place].emplace_back(metric.at_us, row.integer(8));
  };
  each(db_, sql, take, json_array(ids));
  for (std::size_t place = 0; place < logged.size(); ++place)
    if (!std::is_sorted(logged[place].begin(), logged[place].end()))
      put_in_order(work.nodes[place].metrics, logged[place]);
}

void NodeReader::read_metrics(Work& work) {
  Ids runs;
  for (const auto& [part, run] : work.part_of) runs.push_back(part);
  add_metrics(work,
              runs.size() > many_runs ? schema::sql_read_metrics_of_many_runs : schema::sql_read_metrics_of_few_runs,
              runs, work.part_of);
  add_metrics(work, schema::sql_read_metrics_of_calls, work.calls, {});
  add_metrics(work, schema::sql_read_metrics_of_subjects, work.made, {});
}

void NodeReader::read_tags(Work& work) {
  const auto take = [&](const Statement& row) {
    work.node(row.integer(0)).tags.emplace(std::string(row.text(1)), std::string(row.text(2)));
  };
  each(db_, "SELECT t.node, t.key, t.value FROM json_each(?1) AS w CROSS JOIN tag AS t ON t.node = w.value", take,
       work.wanted);
}

}  // namespace mltrack::store
