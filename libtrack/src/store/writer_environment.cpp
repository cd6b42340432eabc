#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "store/param_codec.hpp"
#include "store/writer.hpp"

namespace mltrack::schema {
extern const std::string_view sql_fitted_on;
}

namespace mltrack::store {

namespace {

std::optional<std::string> filled(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(clean_text(text));
}

/// Length and text, so that no two lists of texts look alike.
void append(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

Digest digest_of(const EnvironmentInfo& info) {
  std::string text;
  for (const std::string* fact : {&info.language, &info.os, &info.machine, &info.processor}) append(text, *fact);
  for (const auto& number : {info.cores, info.memory_bytes}) append(text, number ? std::to_string(*number) : "");
  for (const auto& [name, version] : info.packages) {
    append(text, name);
    append(text, version);
  }
  return digest_bytes("env", text);
}

[[noreturn]] void refuse_second(const char* what) {
  throw Error(ErrorCode::wrong_state,
              fmt::format("the {} of this run is recorded already, and a run has one; start another run", what));
}

}  // namespace

void Writer::code(RowId run, const CodeInfo& info) {
  if (connection_.integer("SELECT 1 FROM launch WHERE run = ?", run)) refuse_second("program");
  if (info.digest) {
    const RowId program = content(info.digest, "code");
    connection_.run("INSERT OR IGNORE INTO code (content, script, vcs, branch, dirty) VALUES (?, ?, ?, ?, ?)", program,
                    filled(info.script), filled(info.vcs), filled(info.branch), info.dirty);
    connection_.run("UPDATE run SET code = ? WHERE id = ?", program, run);
  }
  if (info.diff) content(info.diff, "file");
  connection_.run(
      "INSERT INTO launch (run, vcs, branch, dirty, remote, diff, folder, execution_count) VALUES (?, ?, ?, ?, ?,"
      " (SELECT id FROM content WHERE digest = ?), ?, ?)",
      run, filled(info.vcs), filled(info.branch), info.dirty, filled(info.remote), info.diff, filled(info.folder),
      info.execution_count);
  for (std::size_t pos = 0; pos < info.arguments.size(); ++pos)
    connection_.run("INSERT INTO argument (run, pos, text) VALUES (?, ?, ?)", run, pos,
                    clean_text(info.arguments[pos]));
}

RowId Writer::environment(const EnvironmentInfo& info) {
  const RowId id = content(digest_of(info), "environment");
  if (connection_.integer("SELECT 1 FROM environment WHERE content = ?", id)) return id;
  connection_.run(
      "INSERT INTO environment (content, language, os, machine, processor, cores, memory_bytes) VALUES (?, ?, ?, ?, ?,"
      " ?, ?)",
      id, filled(info.language), filled(info.os), filled(info.machine), filled(info.processor), info.cores,
      info.memory_bytes);
  for (const auto& [package, version] : info.packages)
    connection_.run("INSERT INTO package (env, name, version) VALUES (?, ?, ?)", id, name(package),
                    clean_text(version));
  return id;
}

void Writer::run_environment(RowId run, const EnvironmentInfo& info) {
  if (connection_.integer("SELECT 1 FROM run WHERE id = ? AND env IS NOT NULL", run)) refuse_second("environment");
  connection_.run("UPDATE run SET env = ? WHERE id = ?", environment(info), run);
  for (const auto& [variable, value] : info.variables)
    connection_.run("INSERT INTO variable (run, name, value) VALUES (?, ?, ?)", run, name(variable), clean_text(value));
}

void Writer::dump(RowId node, RowId model, const DumpInfo& info) {
  const RowId env = environment({.language = info.language, .packages = info.packages});
  connection_.run("INSERT INTO dump (node, format, env) VALUES (?, ?, ?)", node, clean_text(info.format), env);
  if (fitted_inputs(node, model)) return;
  const auto listed = info.inputs.empty() ? std::nullopt : std::optional<std::int64_t>(info.inputs.size());
  connection_.run("UPDATE dump SET inputs = ? WHERE node = ?", info.columns ? info.columns : listed, node);
  dump_inputs(node, info.inputs);
}

void Writer::dump_inputs(RowId node, const std::vector<InputColumn>& inputs) {
  if (inputs.empty() || inputs.size() > most_column_rows(inputs.front().name.has_value())) return;
  for (std::size_t pos = 0; pos < inputs.size(); ++pos) {
    const InputColumn& input = inputs[pos];
    const auto label = input.name ? std::optional(name(*input.name)) : std::nullopt;
    const auto type = input.type.empty() ? std::nullopt : std::optional(name(input.type));
    connection_.run("INSERT INTO dump_input (dump, pos, name, type) VALUES (?, ?, ?, ?)", node, pos, label, type);
  }
}

bool Writer::fitted_inputs(RowId node, RowId model) {
  const auto fitted_on = connection_.integer(schema::sql_fitted_on, model);
  if (!fitted_on) return false;
  connection_.run("UPDATE dump SET inputs = (SELECT columns FROM dataset WHERE content = ?) WHERE node = ?", *fitted_on,
                  node);
  connection_.run(
      "INSERT INTO dump_input (dump, pos, name, type) SELECT ?, pos, name, type FROM column WHERE content = ?", node,
      *fitted_on);
  return true;
}

}  // namespace mltrack::store
