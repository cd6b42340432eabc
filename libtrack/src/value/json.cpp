#include <fmt/compile.h>

#include <chrono>
#include <cmath>
#include <mltrack/json.hpp>
#include <nlohmann/json.hpp>

#include "value/json_text.hpp"

namespace mltrack {
namespace {

using Json = nlohmann::ordered_json;

Json number(double number) {
  if (std::isfinite(number)) return number;
  return std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}

template <class T>
Json maybe(const std::optional<T>& member) {
  return member ? Json(*member) : Json();
}

Json filled(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json hex(const Digest& digest) { return digest ? Json(digest.hex()) : Json(); }

struct Member {
  std::string_view key;
  Json value;
};

// Keys differ by construction, so none is searched for.
template <std::size_t n>
Json object(Member (&&members)[n]) {
  Json::object_t out;
  out.reserve(n);
  for (Member& member : members) out.emplace_back(member.key, std::move(member.value));
  return out;
}

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

// nlohmann looks for these in the namespace of the type, so they cannot be in the unnamed one.

static void to_json(Json& json, const Value& value) {
  switch (value.type()) {
    case Value::Type::none:
      break;
    case Value::Type::boolean:
      json = std::get<bool>(value.data());
      break;
    case Value::Type::integer:
      if (const auto* small = std::get_if<std::int64_t>(&value.data())) {
        json = *small;
      } else {
        json = value.str();
      }
      break;
    case Value::Type::real:
      json = number(std::get<double>(value.data()));
      break;
    case Value::Type::json:
      json = Json::parse(value::portable_json(std::get<std::string>(value.data())));
      break;
    case Value::Type::text:
    case Value::Type::class_name:
    case Value::Type::opaque:
      json = std::get<std::string>(value.data());
      break;
  }
}

static void to_json(Json& json, const MetricValue& metric) {
  json = object({{"name", metric.name},
                 {"value", number(metric.value)},
                 {"subject", maybe(metric.subject)},
                 {"dataset", maybe(metric.dataset)},
                 {"at", iso_time(metric.at_us)}});
}

static void to_json(Json& json, const Node& node) {
  json = object({{"ref", node.ref},
                 {"kind", to_string(node.kind)},
                 {"op", maybe(node.op)},
                 {"type", maybe(node.type)},
                 {"name", maybe(node.name)},
                 {"digest", maybe(node.digest)},
                 {"rows", maybe(node.rows)},
                 {"columns", maybe(node.columns)},
                 {"run", maybe(node.run)},
                 {"at", iso_time(node.at_us)},
                 {"project", maybe(node.project)},
                 {"experiment", maybe(node.experiment)},
                 {"status", maybe(node.status)},
                 {"parent", maybe(node.parent)},
                 {"took_us", maybe(node.took_us)},
                 {"overhead_us", maybe(node.overhead_us)},
                 {"error_type", maybe(node.error_type)},
                 {"error", maybe(node.error)},
                 {"source", maybe(node.source)},
                 {"depth", maybe(node.depth)},
                 {"params", node.params},
                 {"metrics", node.metrics},
                 {"tags", node.tags}});
}

static void to_json(Json& json, const ColumnUse& use) {
  json = object({{"model", use.model}, {"through", use.through}, {"assumed", use.assumed}});
}

static void to_json(Json& json, const Edge& edge) {
  json = object({{"src", edge.src}, {"dst", edge.dst}, {"slot", edge.slot}, {"via", maybe(edge.via)}});
}

static void to_json(Json& json, const Column& column) {
  json = object({{"pos", column.pos}, {"name", maybe(column.name)}, {"type", column.type}, {"digest", column.digest}});
}

static void to_json(Json& json, const Note& note) {
  json = object({{"at", iso_time(note.at_us)}, {"author", note.author}, {"text", note.text}});
}

static void to_json(Json& json, const Difference& difference) {
  json = object(
      {{"what", difference.what}, {"name", difference.name}, {"a", maybe(difference.a)}, {"b", maybe(difference.b)}});
}

static void to_json(Json& json, const CodeInfo& code) {
  json = object({{"digest", hex(code.digest)},
                 {"script", filled(code.script)},
                 {"vcs", filled(code.vcs)},
                 {"branch", filled(code.branch)},
                 {"dirty", maybe(code.dirty)},
                 {"remote", filled(code.remote)},
                 {"diff", hex(code.diff)},
                 {"folder", filled(code.folder)},
                 {"arguments", code.arguments},
                 {"execution_count", maybe(code.execution_count)}});
}

static void to_json(Json& json, const EnvironmentInfo& environment) {
  json = object({{"language", filled(environment.language)},
                 {"os", filled(environment.os)},
                 {"machine", filled(environment.machine)},
                 {"processor", filled(environment.processor)},
                 {"cores", maybe(environment.cores)},
                 {"memory_bytes", maybe(environment.memory_bytes)},
                 {"packages", environment.packages},
                 {"variables", environment.variables}});
}

static void to_json(Json& json, const InputColumn& input) {
  json = object({{"name", maybe(input.name)}, {"type", filled(input.type)}});
}

static void to_json(Json& json, const DumpInfo& dump) {
  json = object({{"format", dump.format},
                 {"language", filled(dump.language)},
                 {"packages", dump.packages},
                 {"columns", maybe(dump.columns)},
                 {"inputs", dump.inputs}});
}

static void to_json(Json& json, const AlarmNode& node) {
  json = object({{"role", node.role},
                 {"ref", node.ref},
                 {"op", maybe(node.op)},
                 {"type", maybe(node.type)},
                 {"source", maybe(node.source)}});
}

static void to_json(Json& json, const Cause& cause) {
  json = object({{"kind", cause.kind},
                 {"name", cause.name},
                 {"a", maybe(cause.a)},
                 {"b", maybe(cause.b)},
                 {"call_a", maybe(cause.call_a)},
                 {"call_b", maybe(cause.call_b)},
                 {"text", cause.text}});
}

static void to_json(Json& json, const Step& step) {
  json = object({{"slot", filled(step.slot)}, {"model", step.model}, {"inside", step.inside}});
}

static Json cell_json(const TableColumn& column, std::size_t row) {
  if (column.missing[row]) return {};
  switch (column.type) {
    case TableColumn::Type::boolean:
      return column.integers[row] != 0;
    case TableColumn::Type::integer:
      return column.integers[row];
    case TableColumn::Type::number:
      return number(column.numbers[row]);
    case TableColumn::Type::time:
      return iso_time(column.integers[row]);
    case TableColumn::Type::text:
      break;
  }
  return column.texts[row];
}

static Json row_json(const Table& table, std::size_t row) {
  Json::object_t out;
  out.reserve(table.columns.size());
  for (const TableColumn& column : table.columns) out.emplace_back(column.name, cell_json(column, row));
  return out;
}

std::string to_json(const Node& node) { return written(node); }

std::string to_json(const Edge& edge) { return written(edge); }

std::string to_json(const Lineage& lineage) {
  return written(
      object({{"root", lineage.root}, {"nodes", lineage.nodes}, {"edges", lineage.edges}, {"notes", lineage.notes}}));
}

std::string to_json(const Comparison& comparison) {
  return written(object({{"a", comparison.a},
                         {"b", comparison.b},
                         {"differences", comparison.differences},
                         {"notes", comparison.notes}}));
}

std::string to_json(const Details& details) {
  return written(object({{"node", details.node},
                         {"in", details.in},
                         {"out", details.out},
                         {"columns", details.columns},
                         {"columns_omitted", details.columns_omitted},
                         {"notes", details.notes},
                         {"locations", details.locations},
                         {"code", maybe(details.code)},
                         {"environment", maybe(details.environment)},
                         {"dump", maybe(details.dump)}}));
}

std::string to_json(const ColumnUse& use) { return written(use); }

std::string to_json(const Explanation& explanation) {
  return written(object({{"a", explanation.a},
                         {"b", explanation.b},
                         {"call_a", maybe(explanation.call_a)},
                         {"call_b", maybe(explanation.call_b)},
                         {"causes", explanation.causes},
                         {"aligned", explanation.aligned},
                         {"notes", explanation.notes}}));
}

std::string to_json(const Chain& chain) {
  return written(
      object({{"before", chain.before}, {"model", chain.model}, {"code", chain.code}, {"notes", chain.notes}}));
}

std::string row_to_json(const Table& table, std::size_t row) { return written(row_json(table, row)); }

std::string to_json(const Health& health) {
  return written(object({{"path", health.path.string()},
                         {"size_bytes", health.size_bytes},
                         {"sqlite_version", health.sqlite_version},
                         {"sqlite_library", health.sqlite_library},
                         {"schema", health.schema},
                         {"journal_mode", health.journal_mode},
                         {"file_system", health.file_system},
                         {"counts", health.counts},
                         {"objects", health.objects},
                         {"problems", health.problems}}));
}

std::string to_json(const Alarm& alarm) {
  return written(object({{"kind", alarm.kind},
                         {"grade", to_string(alarm.grade)},
                         {"run", alarm.run},
                         {"subject", alarm.subject},
                         {"counted", maybe(alarm.counted)},
                         {"total", maybe(alarm.total)},
                         {"advice", alarm.advice},
                         {"at", iso_time(alarm.at_us)},
                         {"nodes", alarm.nodes}}));
}

std::string iso_time(std::int64_t at_us) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds(at_us)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"), int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

}  // namespace mltrack
