#include "ask/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include <mltrack/error.hpp>

#include "ask/environment.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack::schema {
extern const std::string_view sql_fit_inputs;
extern const std::string_view sql_call_inputs;
}  // namespace mltrack::schema

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

/// All that is compared about one node: (what, name) -> text. Differences come out in this order.
class Facts {
 public:
  void set(const std::string& what, const std::string& name, const std::optional<std::string>& text) {
    if (text) facts_[{what, name}] = *text;
  }
  void set(const std::string& what, const std::string& name, std::optional<std::int64_t> number) {
    if (number) facts_[{what, name}] = std::to_string(*number);
  }
  /// Several of one name stand side by side.
  void add(const std::string& what, const std::string& name, const std::string& text) {
    std::string& all = facts_[{what, name}];
    all += (all.empty() ? "" : ", ") + text;
  }

  const std::map<std::pair<std::string, std::string>, std::string>& all() const noexcept { return facts_; }

  std::vector<Difference> against(const Facts& other) const {
    std::vector<Difference> differences;
    for (const auto& [key, text] : facts_) {
      const auto there = other.facts_.find(key);
      if (there == other.facts_.end())
        differences.push_back({key.first, key.second, text, std::nullopt});
      else if (there->second != text)
        differences.push_back({key.first, key.second, text, there->second});
    }
    for (const auto& [key, text] : other.facts_)
      if (!facts_.contains(key)) differences.push_back({key.first, key.second, std::nullopt, text});
    return differences;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> facts_;
};

/// The trials of a run and its parts inside of calls that have metrics of their own: a search says what it found, a
/// cross-validation only its folds.
std::set<std::string> trials_of(sqlite::Connection& db, std::int64_t run) {
  std::set<std::string> trials;
  store::RunReader names(db);
  each(
      db,
      "SELECT n.run, n.seq FROM run AS r JOIN node AS n ON n.run = r.id JOIN trial AS t ON t.id = n.id JOIN call AS c "
      "ON c.id = t.id WHERE (r.id = ?1 OR r.part_of = (SELECT uid FROM run WHERE id = ?1)) AND EXISTS (SELECT 1 FROM "
      "metric AS m WHERE m.call = c.parent)",
      [&](const Statement& row) { trials.insert(names.ref(row.integer(0), row.integer(1))); }, run);
  return trials;
}

/// What any node has, but no metrics of `aside`.
void add_node(Facts& facts, const Node& node, const std::set<std::string>& aside) {
  facts.set("type", "", node.type);
  facts.set("op", "", node.op);
  facts.set("status", "", node.status);
  facts.set("digest", "", node.digest);
  facts.set("rows", "", node.rows);
  facts.set("columns", "", node.columns);
  for (const auto& [name, value] : node.params) facts.set("param", name, value.str());
  for (const MetricValue& metric : node.metrics)
    if (!aside.contains(metric.subject.value_or(""))) facts.add("metric", metric.name, fmt::format("{}", metric.value));
  for (const auto& [key, value] : node.tags) facts.set("tag", key, value);
}

/// Inputs by slot: the digest of the content, or what stands for it.
void add_inputs(Facts& facts, sqlite::Connection& db, std::string_view sql, std::int64_t node) {
  const auto take = [&](const Statement& row) {
    const std::string slot(row.text(0));
    facts.add("input", slot, row.null(1) ? fmt::format("{} without digest", row.text(2)) : row.digest(1).hex());
  };
  each(db, sql, take, node);
}

void add_columns(Facts& facts, sqlite::Connection& db, std::int64_t node) {
  const auto take = [&](const Statement& row) {
    const std::string name = row.null(1) ? fmt::format("#{}", row.integer(0)) : std::string(row.text(1));
    facts.add("column", name, fmt::format("{} {}", row.text(2), row.digest(3).hex()));
  };
  each(db,
       "SELECT c.pos, n.text, t.text, c.digest FROM node JOIN column AS c ON c.content = node.content "
       "LEFT JOIN name AS n ON n.id = c.name JOIN name AS t ON t.id = c.type WHERE node.id = ?1 ORDER BY c.pos",
       take, node);
}

void add_code(Facts& facts, const CodeInfo& code) {
  const auto set = [&](const char* name, const std::string& text) {
    if (!text.empty()) facts.set("code", name, text);
  };
  set("script", code.script);
  set("vcs", code.vcs);
  set("branch", code.branch);
  set("remote", code.remote);
  set("folder", code.folder);
  if (code.dirty) facts.set("code", "dirty", std::optional<std::int64_t>(*code.dirty));
  if (code.digest) set("digest", code.digest.hex());
  if (code.diff) set("diff", code.diff.hex());
  for (std::size_t i = 0; i < code.arguments.size(); ++i)
    facts.set("argument", fmt::format("#{}", i), code.arguments[i]);
}

void add_environment(Facts& facts, const EnvironmentInfo& environment) {
  const std::pair<const char*, const std::string*> texts[] = {{"language", &environment.language},
                                                              {"os", &environment.os},
                                                              {"machine", &environment.machine},
                                                              {"processor", &environment.processor}};
  for (const auto& [name, text] : texts)
    if (!text->empty()) facts.set("environment", name, *text);
  facts.set("environment", "cores", environment.cores);
  facts.set("environment", "memory_bytes", environment.memory_bytes);
  for (const auto& [name, version] : environment.packages) facts.set("package", name, version);
  for (const auto& [name, value] : environment.variables) facts.set("variable", name, value);
}

void add_run(Facts& facts, sqlite::Connection& db, std::int64_t run) {
  facts.set("host", "", db.text("SELECT host FROM run WHERE id = ?1", run));
  if (const auto code = code_of(db, run)) add_code(facts, *code);
  if (const auto environment = environment_of(db, run)) add_environment(facts, *environment);
}

Facts facts_of(sqlite::Connection& db, std::int64_t id, const Node& node) {
  Facts facts;
  add_node(facts, node, node.kind == Kind::run ? trials_of(db, id) : std::set<std::string>());
  switch (node.kind) {
    case Kind::run:
      add_run(facts, db, id);
      break;
    case Kind::model:
      add_inputs(facts, db, schema::sql_fit_inputs, id);
      break;
    case Kind::call:
      add_inputs(facts, db, schema::sql_call_inputs, id);
      break;
    case Kind::dataset:
      add_columns(facts, db, id);
      break;
    default:
      break;
  }
  return facts;
}

/// What of it is not the same for all.
bool differs(const std::vector<Facts>& sides, const std::pair<std::string, std::string>& key) {
  const auto text = [&](const Facts& facts) {
    const auto found = facts.all().find(key);
    return found == facts.all().end() ? std::nullopt : std::optional(found->second);
  };
  return std::ranges::any_of(sides, [&](const Facts& facts) { return text(facts) != text(sides.front()); });
}

Table side_by_side(const std::vector<Node>& nodes, const std::vector<Facts>& sides, bool only_differences) {
  std::vector<std::string> names{"what", "name"};
  for (const Node& node : nodes) names.push_back(node.ref);
  std::set<std::pair<std::string, std::string>> keys;
  for (const Facts& facts : sides)
    for (const auto& [key, text] : facts.all()) keys.insert(key);
  std::vector<std::vector<Cell>> rows;
  for (const auto& key : keys) {
    if (only_differences && !differs(sides, key)) continue;
    std::vector<Cell>& row = rows.emplace_back(std::vector<Cell>{key.first, key.second});
    for (const Facts& facts : sides) {
      const auto found = facts.all().find(key);
      row.push_back(found == facts.all().end() ? Cell() : Cell(found->second));
    }
  }
  return table_of(names, rows);
}

[[noreturn]] void raise_other_kind(const Reference& a, const Node& node_a, const Reference& b, const Node& node_b) {
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("{} is of kind {} and {} of kind {}; only nodes of one kind can be compared", value::quoted(a.text),
                  to_string(node_a.kind), value::quoted(b.text), to_string(node_b.kind)));
}

}  // namespace

Comparison compare_nodes(const Snapshot& snapshot, const Reference& a, const Reference& b) {
  const std::int64_t first = resolve(snapshot, a).node;
  const std::int64_t second = resolve(snapshot, b).node;
  store::NodeReader reader(snapshot.db);
  Comparison comparison{reader.read_one(first), reader.read_one(second), {}, {}};
  if (comparison.a.kind != comparison.b.kind) raise_other_kind(a, comparison.a, b, comparison.b);
  const Facts left = facts_of(snapshot.db, first, comparison.a);
  comparison.differences = left.against(facts_of(snapshot.db, second, comparison.b));
  return comparison;
}

Table compare_all(const Snapshot& snapshot, const std::vector<Reference>& references, bool only_differences) {
  if (references.empty()) throw Error(ErrorCode::invalid_argument, "there is nothing to compare; name two or more");
  store::NodeReader reader(snapshot.db);
  std::vector<Node> nodes;
  std::vector<Facts> sides;
  std::set<std::int64_t> seen;
  for (const Reference& reference : references) {
    const std::int64_t id = resolve(snapshot, reference).node;
    if (!seen.insert(id).second)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} is named twice; name different ones", value::quoted(reference.text)));
    const Node& node = nodes.emplace_back(reader.read_one(id));
    if (node.kind != nodes.front().kind) raise_other_kind(references.front(), nodes.front(), reference, node);
    sides.push_back(facts_of(snapshot.db, id, node));
  }
  return side_by_side(nodes, sides, only_differences);
}

}  // namespace mltrack::ask
