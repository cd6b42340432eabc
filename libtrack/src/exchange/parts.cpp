#include "exchange/parts.hpp"

#include <fmt/format.h>

namespace mltrack::exchange {
namespace {

using enum Form;

constexpr bool maybe = false;

/// A text that is one of a few words.
Field word(std::string_view key, std::vector<std::string_view> words) {
  return {.key = key, .form = text, .words = std::move(words)};
}

/// The columns of a SELECT that a form takes.
std::string columns_of(const Field& field) {
  switch (field.form) {
    case name:
    case steps:
      return fmt::format("(SELECT text FROM name WHERE id = t.{})", field.column);
    case content:
      return fmt::format("t.{0}, (SELECT digest FROM content WHERE id = t.{0})", field.column);
    case node:
      return fmt::format("(SELECT run FROM node WHERE id = t.{0}), (SELECT seq FROM node WHERE id = t.{0})",
                         field.column);
    case value:
      return "t.type, t.value, t.exact";
    case fold:
      return fmt::format("(SELECT nth FROM fold_rows WHERE id = t.{})", field.column);
    default:
      return fmt::format("t.{}", field.column);
  }
}

std::string select_text(const std::vector<Field>& fields, bool with_id, std::string_view from, std::string_view order) {
  std::string columns = with_id ? "t.id" : "";
  for (const Field& field : fields) columns += (columns.empty() ? "" : ", ") + columns_of(field);
  return fmt::format("SELECT {} FROM {} ORDER BY {}", columns, from, order);
}

/// The rows of a table that belong to nodes of the run ?1.
std::string of_nodes(std::string_view table, std::string_view node) {
  return fmt::format("node AS own CROSS JOIN {} AS t ON t.{} = own.id WHERE own.run = ?1", table, node);
}

std::string of_owner(std::string_view table, std::string_view owner) {
  return fmt::format("{} AS t WHERE t.{} = ?1", table, owner);
}

Part owned(std::string_view member, std::string_view table, std::string_view owner, std::string_view order,
           std::vector<Field> fields, std::vector<Part> inside = {}) {
  return {member, table, owner, of_owner(table, owner), order, std::move(fields), std::move(inside)};
}

Part on_nodes(std::string_view member, std::string_view table, std::string_view column, std::string_view order,
              std::vector<Field> fields) {
  return {member, table, "", of_nodes(table, column), order, std::move(fields)};
}

// What a call measured belongs to its run, anything else to that of its subject.
constexpr std::string_view metrics_of_run =
    "node AS own CROSS JOIN metric AS t ON t.call = own.id OR (t.call IS NULL AND t.subject = own.id)"
    " WHERE own.run = ?1";

}  // namespace

Part::Part(std::string_view member_name, std::string_view table_name, std::string_view owner_column,
           std::string_view from, std::string_view order, std::vector<Field> field_list, std::vector<Part> parts_inside)
    : member(member_name),
      table(table_name),
      owner(owner_column),
      fields(std::move(field_list)),
      inside(std::move(parts_inside)),
      select(select_text(fields, !inside.empty(), from, order)) {}

const Part& content_part() {
  static const Part part("", "content", "", "content AS t WHERE t.id = ?1", "1",
                         {{"digest", digest},
                          word("kind", {"dataset", "model", "spec", "file", "code", "environment"}),
                          {"bytes", integer, maybe},
                          {"seen_us", integer}});
  return part;
}

const Part& run_part() {
  static const Part part("", "run", "", "run AS t WHERE t.id = ?1", "1",
                         {{"uid", uid},
                          {"name", text},
                          word("status", {"running", "finished", "failed", "interrupted", "lost"}),
                          {"started_us", integer},
                          {"ended_us", integer, maybe},
                          {"code", content, maybe},
                          {"env", content, maybe},
                          {"host", text, maybe},
                          {"boot_id", text, maybe},
                          {"pid", integer, maybe},
                          {"pid_started", integer, maybe},
                          {"part_of", uid, maybe},
                          {"part_call", integer, maybe}});
  return part;
}

const Part& node_part() {
  static const Part part("nodes", "node", "run", "node AS t WHERE t.run = ?1 AND t.seq > 0", "t.seq",
                         {{"seq", integer},
                          {"kind", text},
                          {"type", name, maybe},
                          {"name", name, maybe},
                          {"content", content, maybe},
                          {"made", flag}});
  return part;
}

const Part& call_part() {
  static const Part part = on_nodes("calls", "call", "id", "own.seq",
                                    {{"seq", node, true, "id"},
                                     {"op", name},
                                     {"spec", content, maybe},
                                     {"parent", node, maybe},
                                     word("status", {"running", "finished", "failed", "lost"}),
                                     {"started_us", integer},
                                     {"took_us", integer, maybe},
                                     {"overhead_us", integer, maybe},
                                     {"error_type", text, maybe},
                                     {"error", text, maybe},
                                     {"source", text, maybe}});
  return part;
}

const Part& edge_part() {
  static const Part part(
      "edges", "edge", "",
      "node AS own CROSS JOIN edge AS t ON t.dst = own.id JOIN node AS s ON s.id = t.src JOIN run AS r ON r.id = s.run"
      " JOIN name AS n ON n.id = t.slot WHERE own.run = ?1",
      "own.seq, r.uid, s.seq, n.text", {{"dst", node}, {"src", node}, {"slot", name}, {"via", name, maybe}});
  return part;
}

const std::vector<Part>& content_rows() {
  static const std::vector<Part> parts = {
      owned("dataset", "dataset", "content", "1",
            {{"rows", integer}, {"columns", integer}, {"values_digest", digest}, {"column_digests", bytes, maybe}}),
      owned("code", "code", "content", "1",
            {{"script", text, maybe}, {"vcs", text, maybe}, {"branch", text, maybe}, {"dirty", flag, maybe}}),
      owned("environment", "environment", "content", "1",
            {{"language", text, maybe},
             {"os", text, maybe},
             {"machine", text, maybe},
             {"processor", text, maybe},
             {"cores", integer, maybe},
             {"memory_bytes", integer, maybe}})};
  return parts;
}

const std::vector<Part>& content_lists() {
  static const std::vector<Part> parts = {
      owned("columns", "column", "content", "t.pos",
            {{"pos", integer}, {"name", name, maybe}, {"type", name}, {"digest", digest}}),
      owned("params", "param", "spec", "1", {{"name", name}, {"", value}}),
      owned("packages", "package", "env", "1", {{"name", name}, {"version", text}}),
      owned("locations", "location", "content", "t.uri", {{"uri", text}, {"seen_us", integer}})};
  return parts;
}

const std::vector<Part>& run_rows() {
  static const std::vector<Part> parts = {owned("launch", "launch", "run", "1",
                                                {{"vcs", text, maybe},
                                                 {"branch", text, maybe},
                                                 {"dirty", flag, maybe},
                                                 {"remote", text, maybe},
                                                 {"diff", content, maybe},
                                                 {"folder", text, maybe},
                                                 {"execution_count", integer, maybe}})};
  return parts;
}

const std::vector<Part>& run_lists() {
  static const std::vector<Part> parts = {
      owned("arguments", "argument", "run", "t.pos", {{"pos", integer}, {"text", text}}),
      owned("variables", "variable", "run", "1", {{"name", name}, {"value", text}}),
      owned("params", "run_param", "run", "1", {{"name", name}, {"", value}}),
      Part("metrics", "metric", "", metrics_of_run, "own.seq, t.id",
           {{"subject", node},
            {"name", name},
            {"dataset", node, maybe},
            {"call", node, maybe},
            {"value", number},
            {"at_us", integer}},
           {owned("points", "point", "metric", "t.step, t.nth",
                  {{"step", integer}, {"nth", integer}, {"value", number}, {"at_us", integer}})}),
      on_nodes("tags", "tag", "node", "own.seq, t.key",
               {{"node", node}, {"key", text}, {"value", text}, {"at_us", integer}}),
      on_nodes("notes", "note", "node", "own.seq, t.at_us, t.id",
               {{"node", node}, {"at_us", integer}, {"author", text}, {"text", text}}),
      on_nodes("dumps", "dump", "node", "own.seq",
               {{"node", node}, {"format", text}, {"env", content}, {"inputs", integer, maybe}}),
      on_nodes("dump_inputs", "dump_input", "dump", "own.seq, t.pos",
               {{"dump", node}, {"pos", integer}, {"name", name, maybe}, {"type", name, maybe}}),
      on_nodes("learnt", "learnt", "call", "own.seq", {{"call", node}, word("what", {"shape", "rows", "target"})}),
      owned("alarms", "alarm", "run", "t.kind, (SELECT seq FROM node WHERE id = t.subject)",
            {{"kind", text},
             {"subject", node},
             word("grade", {"alarm", "mild", "note"}),
             {"counted", integer, maybe},
             {"total", integer, maybe},
             {"advice", text},
             {"at_us", integer}},
            {Part("nodes", "alarm_node", "alarm",
                  "alarm_node AS t JOIN node AS n ON n.id = t.node JOIN run AS r ON r.id = n.run WHERE t.alarm = ?1",
                  "t.role, r.uid, n.seq", {{"role", text}, {"node", node}})}),
      on_nodes("fold_rows", "fold_rows", "call", "own.seq, t.nth",
               {{"call", node}, {"nth", integer}, {"train", bytes, maybe}, {"test", bytes}, {"count", integer}}),
      on_nodes("trials", "trial", "id", "own.seq",
               {{"call", node, true, "id"},
                {"candidate", integer},
                {"fold", integer},
                {"rows", fold, maybe},
                {"fit_us", integer, maybe},
                {"score_us", integer, maybe}}),
      on_nodes("features", "features", "model", "own.seq",
               {{"model", node},
                {"taken", integer, maybe},
                {"made", integer, maybe},
                {"names_in", names, maybe},
                {"names_out", names, maybe},
                {"after", node, maybe},
                {"assumed", flag}}),
      on_nodes("feature_sources", "feature_source", "model", "own.seq, t.nth",
               {{"model", node},
                {"nth", integer},
                {"out_pos", integer},
                {"outs", integer},
                {"in_pos", integer},
                {"ins", integer},
                {"one_to_one", flag},
                {"through", steps, maybe}}),
      on_nodes("fitted", "fitted", "model", "own.seq, (SELECT text FROM name WHERE id = t.name)",
               {{"model", node}, {"name", name}, {"shape", json}, {"items", text, maybe}})};
  return parts;
}

}  // namespace mltrack::exchange
