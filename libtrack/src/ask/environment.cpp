#include "ask/environment.hpp"

#include "store/read_rows.hpp"

namespace mltrack::schema {
extern const std::string_view sql_run_code;
}

namespace mltrack::ask {

using sqlite::Statement;
using store::each;

namespace {

std::string text_or_empty(const Statement& row, int column) { return row.maybe_text(column).value_or(""); }

std::map<std::string, std::string> packages_of(sqlite::Connection& db, std::int64_t env) {
  std::map<std::string, std::string> packages;
  each(
      db, "SELECT n.text, p.version FROM package AS p JOIN name AS n ON n.id = p.name WHERE p.env = ?1",
      [&](const Statement& row) { packages.emplace(row.text(0), row.text(1)); }, env);
  return packages;
}

std::vector<InputColumn> inputs_of(sqlite::Connection& db, std::int64_t dump) {
  std::vector<InputColumn> inputs;
  each(
      db,
      "SELECT n.text, t.text FROM dump_input AS i LEFT JOIN name AS n ON n.id = i.name "
      "LEFT JOIN name AS t ON t.id = i.type WHERE i.dump = ?1 ORDER BY i.pos",
      [&](const Statement& row) {
        inputs.push_back({row.maybe_text(0), text_or_empty(row, 1)});
      },
      dump);
  return inputs;
}

}  // namespace

std::optional<CodeInfo> code_of(sqlite::Connection& db, std::int64_t run) {
  std::optional<CodeInfo> code;
  const auto take = [&](const Statement& row) {
    if (row.integer(10) == 0) return;
    code.emplace();
    code->script = text_or_empty(row, 0);
    code->vcs = text_or_empty(row, 1);
    code->branch = text_or_empty(row, 2);
    if (!row.null(3)) code->dirty = row.integer(3) != 0;
    if (!row.null(4)) code->digest = row.digest(4);
    code->remote = text_or_empty(row, 6);
    if (!row.null(7)) code->diff = row.digest(7);
    code->folder = text_or_empty(row, 8);
    code->execution_count = row.maybe_integer(9);
  };
  each(db, schema::sql_run_code, take, run);
  if (!code) return code;
  each(
      db, "SELECT text FROM argument WHERE run = ?1 ORDER BY pos",
      [&](const Statement& row) { code->arguments.emplace_back(row.text(0)); }, run);
  return code;
}

std::optional<EnvironmentInfo> environment_of(sqlite::Connection& db, std::int64_t run) {
  const auto env = db.integer("SELECT env FROM run WHERE id = ?1", run);
  if (!env) return std::nullopt;
  EnvironmentInfo found;
  const auto take = [&](const Statement& row) {
    found.language = text_or_empty(row, 0);
    found.os = text_or_empty(row, 1);
    found.machine = text_or_empty(row, 2);
    found.processor = text_or_empty(row, 3);
    found.cores = row.maybe_integer(4);
    found.memory_bytes = row.maybe_integer(5);
  };
  each(db, "SELECT language, os, machine, processor, cores, memory_bytes FROM environment WHERE content = ?1", take,
       *env);
  found.packages = packages_of(db, *env);
  each(
      db, "SELECT n.text, v.value FROM variable AS v JOIN name AS n ON n.id = v.name WHERE v.run = ?1",
      [&](const Statement& row) { found.variables.emplace(row.text(0), row.text(1)); }, run);
  return found;
}

std::optional<DumpInfo> dump_of(sqlite::Connection& db, std::int64_t node) {
  std::optional<DumpInfo> dump;
  std::int64_t env = 0;
  const auto take = [&](const Statement& row) {
    dump.emplace();
    dump->format = row.text(0);
    env = row.integer(1);
    dump->columns = row.maybe_integer(2);
    dump->language = text_or_empty(row, 3);
    dump->media_type = text_or_empty(row, 4);
    dump->name = text_or_empty(row, 5);
  };
  each(db,
       "SELECT d.format, d.env, d.inputs, e.language, t.text, l.text FROM dump AS d JOIN node AS n ON n.id = d.node "
       "LEFT JOIN environment AS e ON e.content = d.env LEFT JOIN name AS t ON t.id = n.type "
       "LEFT JOIN name AS l ON l.id = n.name WHERE d.node = ?1",
       take, node);
  if (!dump) return dump;
  dump->packages = packages_of(db, env);
  dump->inputs = inputs_of(db, node);
  return dump;
}

}  // namespace mltrack::ask
