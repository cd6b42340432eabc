#include "ask/column_use.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

#include <mltrack/error.hpp>

#include "ask/closure.hpp"
#include "ask/fitted.hpp"
#include "ask/inflows.hpp"
#include "ask/marks.hpp"
#include "ask/near_stored.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

struct Columns {
  std::int64_t rows = 0;
  std::int64_t count = 0;  // 0: not known
  std::vector<std::optional<std::int64_t>> names;
  std::vector<std::string> digests;
};

struct Origin {
  std::int64_t dataset = 0;
  std::int64_t pos = 0;
};

struct Taken {
  Features features;
  std::vector<Passage> passages;
  std::vector<std::int64_t> names;  // of what it took
  std::optional<std::int64_t> after;
};

/// Follows the values of a column down the graph, node by node in topological order.
class Follower {
 public:
  Follower(const Snapshot& snapshot, std::int64_t name)
      : snapshot_(snapshot), db_(snapshot.db), reader_(snapshot.db), name_(name) {}
  /// Follows one column of one dataset, whatever it is called.
  Follower(const Snapshot& snapshot, Origin origin)
      : snapshot_(snapshot), db_(snapshot.db), reader_(snapshot.db), origin_(origin) {}

  /// From now on another column; what was read of the graph is kept.
  void follow(Origin origin) {
    origin_ = origin;
    datasets_.clear();
    models_.clear();
    uses_.clear();
  }
  /// Where its values are among the columns that a visited model took.
  const Marks& taken_by(std::int64_t model) { return models_[model]; }

  void visit(std::int64_t node);
  std::vector<ColumnUse> uses();
  ColumnHolders holders() const;

 private:
  void visit_dataset(std::int64_t dataset);
  void visit_model(std::int64_t model);
  Marks made_by_call(std::int64_t dataset, std::int64_t call);
  Marks made_by_model(std::int64_t call, std::int64_t model);
  Marks carried(std::int64_t from, std::int64_t to);
  bool only_selected(std::int64_t from, std::int64_t to);
  void carry(const Mark& mark, std::int64_t pos, const Columns& from, const Columns& to, bool kept, Marks& out) const;
  Marks aligned(const Marks& marks, std::int64_t dataset, const Taken& taken);

  std::string op_of(std::int64_t call);
  std::int64_t step_of(std::int64_t model, std::string_view step);
  std::vector<std::int64_t> steps(std::int64_t model, const std::vector<std::string>& through);
  const Columns& columns(std::int64_t dataset);
  const Taken& taken(std::int64_t model);

  const Snapshot& snapshot_;
  sqlite::Connection& db_;
  store::NodeReader reader_;
  std::int64_t name_ = 0;
  std::optional<Origin> origin_;  // absent: every column of this name
  std::unordered_map<std::int64_t, Marks> datasets_;
  std::unordered_map<std::int64_t, Marks> models_;  // of what each took
  std::unordered_map<std::int64_t, Columns> columns_;
  std::unordered_map<std::int64_t, Taken> taken_;
  std::map<std::int64_t, std::set<Route>> uses_;
};

std::string Follower::op_of(std::int64_t call) {
  return db_.text("SELECT o.text FROM call AS c JOIN name AS o ON o.id = c.op WHERE c.id = ?1", call).value_or("");
}

std::int64_t Follower::step_of(std::int64_t model, std::string_view step) {
  return db_
      .integer(
          "SELECT e.src FROM edge AS e JOIN name AS s ON s.id = e.slot WHERE e.dst = ?1 AND s.text IN (?2, ?3) "
          "ORDER BY s.text DESC",
          model, "step:" + std::string(step), step)
      .value_or(0);
}

/// Steps by their names, inner ones as `num__scale`; the model itself where none is on the way.
std::vector<std::int64_t> Follower::steps(std::int64_t model, const std::vector<std::string>& through) {
  std::vector<std::int64_t> nodes;
  for (const std::string& path : through) {
    std::int64_t node = model;
    for (std::size_t at = 0; at <= path.size() && node != 0;) {
      const std::size_t end = std::min(path.find("__", at), path.size());
      node = step_of(node, std::string_view(path).substr(at, end - at));
      at = end + 2;
    }
    if (node != 0) nodes.push_back(node);
  }
  return nodes;
}

const Columns& Follower::columns(std::int64_t dataset) {
  const auto [found, is_new] = columns_.try_emplace(dataset);
  Columns& columns = found->second;
  const auto content = is_new ? db_.integer("SELECT content FROM node WHERE id = ?1", dataset) : std::nullopt;
  if (!content) return columns;
  columns.rows = db_.integer("SELECT rows FROM dataset WHERE content = ?1", *content).value_or(0);
  columns.count = db_.integer("SELECT columns FROM dataset WHERE content = ?1", *content).value_or(0);
  each(
      db_, "SELECT name, digest FROM column WHERE content = ?1 ORDER BY pos",
      [&](const Statement& row) {
        columns.names.push_back(row.maybe_integer(0));
        columns.digests.push_back(row.digest(1).hex());
      },
      *content);
  return columns;
}

const Taken& Follower::taken(std::int64_t model) {
  const auto [found, is_new] = taken_.try_emplace(model);
  Taken& taken = found->second;
  if (!is_new) return taken;
  const auto features = features_of(snapshot_, reader_, model, false);
  taken.features = features.value_or(Features{.assumed = true});
  each(
      db_,
      "SELECT f.name FROM features AS m JOIN feature AS f ON f.list = m.names_in WHERE m.model = ?1 ORDER BY f.pos",
      [&](const Statement& row) { taken.names.push_back(row.integer(0)); }, model);
  taken.after = db_.integer("SELECT after FROM features WHERE model = ?1", model);
  for (const FeatureSource& source : taken.features.sources)
    taken.passages.push_back({source, steps(model, source.through)});
  if (taken.passages.empty()) {
    const std::int64_t outs = taken.features.made.value_or(all_columns);
    taken.passages.push_back({{.outs = std::max<std::int64_t>(outs, 1), .ins = all_columns}, {}});
  }
  return taken;
}

/// True when all that is known to have been done to a dataset is that columns were taken.
bool Follower::only_selected(std::int64_t from, std::int64_t to) {
  const auto via =
      db_.text("SELECT v.text FROM edge AS e JOIN name AS v ON v.id = e.via WHERE e.dst = ?1 AND e.src = ?2", to, from);
  return via == "frame:getitem" || via == "frame:drop" || via == "frame:drop,getitem" || via == "frame:getitem,drop";
}

/// `kept`: no values were changed on the way, as far as is known.
void Follower::carry(const Mark& mark, std::int64_t pos, const Columns& from, const Columns& to, bool kept,
                     Marks& out) const {
  const auto at = static_cast<std::size_t>(pos);
  const auto name = at < from.names.size() ? from.names[at] : std::nullopt;
  const auto named = [](const Columns& columns) { return !columns.names.empty() && columns.names.front(); };
  const auto found = name ? std::find(to.names.begin(), to.names.end(), name) : to.names.end();
  if (found != to.names.end()) {
    const auto now = static_cast<std::size_t>(found - to.names.begin());
    const bool overwritten = kept && from.digests[at] != to.digests[now];  // out of sight, with other values
    out.push_back({found - to.names.begin(), 1, {mark.way.through, mark.way.assumed || overwritten}});
    return;
  }
  bool same_values = false;
  for (std::size_t i = 0; at < from.digests.size() && i < to.digests.size(); ++i) {
    const bool is_other =
        to.names[i] && std::find(from.names.begin(), from.names.end(), to.names[i]) != from.names.end();
    if (is_other || to.digests[i] != from.digests[at]) continue;
    out.push_back({static_cast<std::int64_t>(i), 1, mark.way});
    same_values = true;
  }
  if (same_values || (name && named(to))) return;  // renamed, or left out
  if (from.count == to.count || from.count == 0 || to.count == 0) {
    out.push_back({pos, 1, mark.way});
  } else if (to.digests.empty()) {
    out.push_back({0, to.count, {mark.way.through, true}});
  }
  for (std::size_t i = 0; from.count != to.count && i < to.digests.size(); ++i)
    if (std::find(from.digests.begin(), from.digests.end(), to.digests[i]) == from.digests.end())
      out.push_back({static_cast<std::int64_t>(i), 1, {mark.way.through, true}});  // of values that nobody knows
}

/// The marks of a dataset in one that was derived from it or split off it.
Marks Follower::carried(std::int64_t from, std::int64_t to) {
  const auto known = datasets_.find(from);
  Marks out;
  if (known == datasets_.end()) return out;
  const Columns& before = columns(from);
  const Columns& now = columns(to);
  const bool kept = before.rows == now.rows && only_selected(from, to);
  for (const Mark& mark : known->second) {
    if (before.names.empty()) {
      out.push_back(mark);
      continue;
    }
    const std::int64_t end = std::min(mark.pos + mark.count, before.count);
    for (std::int64_t pos = mark.pos; pos < end; ++pos) carry(mark, pos, before, now, kept, out);
  }
  return out;
}

/// The marks of a dataset as columns that a model took: the same, unless it took some of them only.
Marks Follower::aligned(const Marks& marks, std::int64_t dataset, const Taken& taken) {
  const Columns& given = columns(dataset);
  const std::int64_t count = taken.features.taken.value_or(given.count);
  if (count == given.count || given.count == 0) return marks;
  Marks out;
  for (const Mark& mark : marks) {
    const std::int64_t end = std::min(mark.pos + mark.count, given.count);
    for (std::int64_t pos = mark.pos; pos < end; ++pos) {
      const auto at = static_cast<std::size_t>(pos);
      const auto name = at < given.names.size() ? given.names[at] : std::nullopt;
      if (!name || taken.names.empty()) {
        out.push_back({0, all_columns, {mark.way.through, true}});
      } else if (const auto found = std::find(taken.names.begin(), taken.names.end(), *name);
                 found != taken.names.end()) {
        out.push_back({found - taken.names.begin(), 1, mark.way});
      }
    }
  }
  return out;
}

Marks with_model(Marks marks, std::int64_t model, std::size_t longest_before) {
  for (Mark& mark : marks)
    if (mark.way.through.size() <= longest_before) mark.way.through.push_back(model);
  return marks;
}

/// What a method of a model made of what it took.
Marks Follower::made_by_model(std::int64_t call, std::int64_t model) {
  const std::int64_t given = features_among(inflows(db_, call));
  const auto known = datasets_.find(given);
  if (known == datasets_.end()) return {};
  const Taken& took = taken(model);
  const std::string op = op_of(call);
  const bool transforms = op == "transform" || op == "fit_transform";
  Marks out;
  for (const Mark& mark : aligned(known->second, given, took)) {
    Marks made = passed({mark}, took.passages, took.features.assumed);
    if (!transforms)
      for (Mark& one : made) one = {0, all_columns, one.way};
    made = with_model(std::move(made), model, mark.way.through.size());
    out.insert(out.end(), made.begin(), made.end());
  }
  return out;
}

Marks Follower::made_by_call(std::int64_t dataset, std::int64_t call) {
  const std::vector<Inflow> in = inflows(db_, call);
  const std::int64_t model = model_of(db_, call, in);
  if (model != 0) return made_by_model(call, model);
  Marks out;
  for (const Inflow& flow : in) {
    const Marks marks = carried(flow.node, dataset);
    out.insert(out.end(), marks.begin(), marks.end());
  }
  return out;
}

void Follower::visit_dataset(std::int64_t dataset) {
  Marks marks;
  for (const Inflow& flow : telling(inflows(db_, dataset))) {
    const Marks more = flow.kind == "call" ? made_by_call(dataset, flow.node) : carried(flow.node, dataset);
    marks.insert(marks.end(), more.begin(), more.end());
  }
  const Columns& own = columns(dataset);
  if (origin_ && origin_->dataset == dataset) marks.push_back({origin_->pos, 1, {}});
  for (std::size_t pos = 0; !origin_ && pos < own.names.size(); ++pos)
    if (own.names[pos] == name_ && !marked(marks, static_cast<std::int64_t>(pos)))
      marks.push_back({static_cast<std::int64_t>(pos), 1, {}});
  tidy(marks);
  if (!marks.empty()) datasets_.emplace(dataset, std::move(marks));
}

void Follower::visit_model(std::int64_t model) {
  const std::vector<Inflow> in = inflows(db_, model);
  const auto fit = std::find_if(in.begin(), in.end(), [](const Inflow& flow) { return flow.kind == "call"; });
  if (fit == in.end()) return;
  const Taken& took = taken(model);
  Marks marks;
  if (took.after) {
    const Taken& before = taken(*took.after);
    for (const Mark& mark : models_[*took.after]) {
      const Marks made =
          with_model(passed({mark}, before.passages, before.features.assumed), *took.after, mark.way.through.size());
      marks.insert(marks.end(), made.begin(), made.end());
    }
  } else {
    const std::int64_t given = features_among(inflows(db_, fit->node));
    if (const auto known = datasets_.find(given); known != datasets_.end()) marks = aligned(known->second, given, took);
  }
  for (std::size_t pos = 0; !origin_ && pos < took.names.size(); ++pos)
    if (took.names[pos] == name_ && !marked(marks, static_cast<std::int64_t>(pos)))
      marks.push_back({static_cast<std::int64_t>(pos), 1, {}});
  tidy(marks);
  const bool composes = !took.features.sources.empty();  // else what it took is known, whatever it made of it
  for (const Mark& mark : passed(marks, took.passages, took.features.assumed && composes))
    uses_[model].insert(mark.way);
  models_[model] = std::move(marks);
}

void Follower::visit(std::int64_t node) {
  const std::string kind = db_.text("SELECT kind FROM node WHERE id = ?1", node).value_or("");
  if (kind == "dataset") visit_dataset(node);
  if (kind == "model") visit_model(node);
}

std::vector<ColumnUse> Follower::uses() {
  std::vector<ColumnUse> answer;
  for (const auto& [model, ways] : uses_) {
    const Node node = reader_.read_one(model);
    for (const Route& way : ways) {
      ColumnUse& use = answer.emplace_back(ColumnUse{.model = node, .assumed = way.assumed});
      for (const std::int64_t step : way.through) use.through.push_back(reader_.read_one(step));
    }
  }
  return answer;
}

ColumnHolders Follower::holders() const {
  ColumnHolders holders;
  for (const auto& [model, ways] : uses_) holders.models.push_back(model);
  for (const auto& [dataset, marks] : datasets_) holders.datasets.push_back(dataset);
  std::sort(holders.datasets.begin(), holders.datasets.end());
  return holders;
}

Ids starts_of(sqlite::Connection& db, std::int64_t name) {
  Ids starts;
  each(
      db,
      "SELECT n.id FROM column AS c JOIN node AS n ON n.content = c.content WHERE c.name = ?1 UNION "
      "SELECT m.model FROM feature AS f JOIN features AS m ON m.names_in = f.list WHERE f.name = ?1 ORDER BY 1",
      [&](const Statement& row) { starts.push_back(row.integer(0)); }, name);
  return starts;
}

std::optional<Follower> followed(const Snapshot& snapshot, const std::string& name) {
  const auto known = snapshot.db.integer("SELECT id FROM name WHERE text = ?1", name);
  const Ids starts = known ? starts_of(snapshot.db, *known) : Ids();
  if (starts.empty()) return std::nullopt;
  const Ids below = closure(snapshot.db, starts, Way::down);
  Ids nodes;
  std::set_union(below.begin(), below.end(), starts.begin(), starts.end(), std::back_inserter(nodes));
  std::optional<Follower> follower(std::in_place, snapshot, *known);
  for (const std::int64_t node : nodes) follower->visit(node);
  return follower;
}

}  // namespace

std::vector<ColumnUse> uses_of_column(const Snapshot& snapshot, const std::string& name) {
  std::optional<Follower> follower = followed(snapshot, name);
  if (follower) return follower->uses();
  throw Error(
      ErrorCode::not_found,
      fmt::format("no dataset and no model of this store has a column {}{}; mltrack show REF lists the columns of "
                  "a dataset",
                  value::quoted(name), near_text(near_columns(snapshot, name))));
}

ColumnHolders holders_of_column(const Snapshot& snapshot, const std::string& name) {
  const auto follower = followed(snapshot, name);
  return follower ? follower->holders() : ColumnHolders();
}

std::vector<Marks> marks_in_model(const Snapshot& snapshot, const Ids& nodes, std::int64_t dataset,
                                  std::int64_t columns) {
  Follower follower(snapshot, Origin{dataset, 0});
  std::vector<Marks> all;
  for (std::int64_t pos = 0; pos < columns; ++pos) {
    follower.follow({dataset, pos});
    for (const std::int64_t node : nodes) follower.visit(node);
    all.push_back(follower.taken_by(nodes.back()));
  }
  return all;
}

}  // namespace mltrack::ask
