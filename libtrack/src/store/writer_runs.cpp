#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "store/liveness.hpp"
#include "store/param_codec.hpp"
#include "store/writer.hpp"

namespace mltrack::store {

namespace {

RunStatus parse_run_status(std::string_view text) {
  for (const auto status : {RunStatus::finished, RunStatus::failed, RunStatus::interrupted, RunStatus::lost})
    if (text == to_string(status)) return status;
  return RunStatus::running;
}

void check_name(const std::string& name, const char* what) {
  if (name.empty() || name.find('/') != std::string::npos)
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("the {} name '{}' must not be empty nor contain '/', which joins project and experiment in a path",
                    what, name));
}

}  // namespace

RowId Writer::project(const std::string& text) {
  check_name(text, "project");
  if (const auto id = connection_.integer("SELECT id FROM project WHERE name = ?", text)) return *id;
  connection_.run("INSERT INTO node (kind) VALUES ('project')");
  const RowId id = connection_.last_id();
  connection_.run("INSERT INTO project (id, uid, name) VALUES (?, ?, ?)", id, Uid::of_path(text), text);
  return id;
}

RowId Writer::experiment(const std::string& project_name, const std::string& text) {
  check_name(text, "experiment");
  const RowId parent = project(project_name);
  if (const auto id = connection_.integer("SELECT id FROM experiment WHERE project = ? AND name = ?", parent, text))
    return *id;
  connection_.run("INSERT INTO node (kind) VALUES ('experiment')");
  const RowId id = connection_.last_id();
  connection_.run("INSERT INTO experiment (id, uid, project, name) VALUES (?, ?, ?, ?)", id,
                  Uid::of_path(project_name + "/" + text), parent, text);
  return id;
}

RunRow Writer::run(const RunInfo& info) {
  RunRow row{.uid = Uid::random(),
             .project = info.project.empty() ? "default" : clean_text(info.project),
             .experiment = info.experiment.empty() ? "default" : clean_text(info.experiment),
             .name = {}};
  row.name = info.name.empty() ? "run-" + row.uid.str().substr(0, 8) : clean_text(info.name);
  const RowId parent = experiment(row.project, row.experiment);
  row.id = connection_.integer("SELECT coalesce(max(id), 0) + 1 FROM node").value();
  connection_.run("INSERT INTO node (id, run, seq, kind) VALUES (?1, ?1, 0, 'run')", row.id);
  const Process process = this_process();
  const std::int64_t now = now_us();
  const auto part_of = info.part_of == Uid() ? std::nullopt : std::optional(info.part_of);
  connection_.run(
      "INSERT INTO run (id, uid, experiment, name, status, started_us, host, boot_id, pid, pid_started, part_of,"
      " part_call) VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, nullif(?, -1))",
      row.id, row.uid, parent, row.name, now, process.host, process.boot_id, process.pid, process.pid_started, part_of,
      info.part_call);
  for (const auto& [key, value] : info.tags) tag(row.id, key, value, now);
  return row;
}

RunRow Writer::find_run(const Uid& uid) {
  sqlite::Statement& select = connection_.cached(
      "SELECT r.id, p.name, e.name, r.name, r.status FROM run r JOIN experiment e ON e.id = r.experiment"
      " JOIN project p ON p.id = e.project WHERE r.uid = ?");
  if (!select.bind_all(uid).step())
    throw Error(ErrorCode::not_found,
                fmt::format("this store holds no run {}; 'mltrack query runs' lists those it has", uid.str()));
  RunRow row{select.integer(0), uid, std::string(select.text(1)), std::string(select.text(2)),
             std::string(select.text(3))};
  row.status = parse_run_status(select.text(4));
  select.reset();
  return row;
}

void Writer::adopt_run(RowId id) {
  sqlite::Statement& select = connection_.cached("SELECT host, boot_id, pid, pid_started FROM run WHERE id = ?");
  if (!select.bind_all(id).step()) return;
  const Process writer{std::string(select.text(0)), std::string(select.text(1)), select.integer(2), select.integer(3)};
  select.reset();
  if (alive(writer)) return;
  const Process process = this_process();
  connection_.run("UPDATE run SET host = ?, boot_id = ?, pid = ?, pid_started = ? WHERE id = ? AND status = 'running'",
                  process.host, process.boot_id, process.pid, process.pid_started, id);
}

RunStatus Writer::end_run(RowId id, RunStatus status) {
  connection_.run("UPDATE run SET status = ?, ended_us = ? WHERE id = ? AND status IN ('running', 'lost')",
                  to_string(status), now_us(), id);
  if (connection_.changes() == 0)
    return parse_run_status(connection_.text("SELECT status FROM run WHERE id = ?", id).value_or(""));
  connection_.run(
      "UPDATE call SET status = 'lost' WHERE status = 'running' AND id IN (SELECT id FROM node WHERE run = ?)", id);
  return status;
}

}  // namespace mltrack::store
