#include <fmt/format.h>

#include <chrono>
#include <mltrack/json.hpp>
#include <type_traits>

#include "value/json_text.hpp"

namespace mltrack {
namespace {

struct Time {
  std::int64_t at_us;
};

void append(std::string& out, const Node& node);
void append(std::string& out, const MetricValue& metric);
void append(std::string& out, const Edge& edge);
void append(std::string& out, const Column& column);
void append(std::string& out, const Note& note);
void append(std::string& out, const Difference& difference);
template <class T>
void append(std::string& out, const std::map<std::string, T>& members);

void append(std::string& out, const std::string& text) { value::append_json_string(out, text); }
void append(std::string& out, double number) { out += value::json_number(number, value::NonFinite::quoted); }
void append(std::string& out, Time time) { append(out, iso_time(time.at_us)); }

template <class T>
requires std::is_integral_v<T>
void append(std::string& out, T number) {
  if constexpr (std::is_same_v<T, bool>) {
    out += number ? "true" : "false";
  } else {
    out += std::to_string(number);
  }
}

template <class T>
void append(std::string& out, const std::optional<T>& maybe) {
  if (maybe) {
    append(out, *maybe);
  } else {
    out += "null";
  }
}

template <class T>
void append(std::string& out, const std::vector<T>& list) {
  out += '[';
  for (const T& element : list) {
    if (&element != list.data()) out += ',';
    append(out, element);
  }
  out += ']';
}

// Numbers of any size and JSON as themselves, all that has no JSON of its own as text.
void append(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::Type::none:
      out += "null";
      break;
    case Value::Type::boolean:
      append(out, std::get<bool>(value.data()));
      break;
    case Value::Type::integer:
      out += value.str();
      break;
    case Value::Type::real:
      append(out, std::get<double>(value.data()));
      break;
    case Value::Type::json:
      out += value::canonical_json(std::get<std::string>(value.data()), value::NonFinite::quoted);
      break;
    case Value::Type::text:
    case Value::Type::class_name:
    case Value::Type::opaque:
      append(out, std::get<std::string>(value.data()));
      break;
  }
}

// Writes the members of one object; closes it when destroyed.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { out_ += '}'; }

  template <class T>
  Object& put(std::string_view key, const T& member) {
    if (count_++ > 0) out_ += ',';
    value::append_json_string(out_, key);
    out_ += ':';
    append(out_, member);
    return *this;
  }

 private:
  std::string& out_;
  int count_ = 0;
};

template <class T>
void append(std::string& out, const std::map<std::string, T>& members) {
  Object object(out);
  for (const auto& [key, member] : members) object.put(key, member);
}

void append(std::string& out, const MetricValue& metric) {
  Object(out)
      .put("name", metric.name)
      .put("value", metric.value)
      .put("subject", metric.subject)
      .put("dataset", metric.dataset)
      .put("at", Time{metric.at_us});
}

void append(std::string& out, const Node& node) {
  Object(out)
      .put("ref", node.ref)
      .put("kind", std::string(to_string(node.kind)))
      .put("op", node.op)
      .put("type", node.type)
      .put("name", node.name)
      .put("digest", node.digest)
      .put("rows", node.rows)
      .put("columns", node.columns)
      .put("run", node.run)
      .put("at", Time{node.at_us})
      .put("project", node.project)
      .put("experiment", node.experiment)
      .put("status", node.status)
      .put("parent", node.parent)
      .put("took_us", node.took_us)
      .put("overhead_us", node.overhead_us)
      .put("error_type", node.error_type)
      .put("error", node.error)
      .put("source", node.source)
      .put("depth", node.depth)
      .put("params", node.params)
      .put("metrics", node.metrics)
      .put("tags", node.tags);
}

void append(std::string& out, const Edge& edge) {
  Object(out).put("src", edge.src).put("dst", edge.dst).put("slot", edge.slot).put("via", edge.via);
}

void append(std::string& out, const Column& column) {
  Object(out).put("pos", column.pos).put("name", column.name).put("type", column.type).put("digest", column.digest);
}

void append(std::string& out, const Note& note) {
  Object(out).put("at", Time{note.at_us}).put("author", note.author).put("text", note.text);
}

void append(std::string& out, const Difference& difference) {
  Object(out).put("what", difference.what).put("name", difference.name).put("a", difference.a).put("b", difference.b);
}

}  // namespace

std::string to_json(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

std::string to_json(const Edge& edge) {
  std::string out;
  append(out, edge);
  return out;
}

std::string to_json(const Lineage& lineage) {
  std::string out;
  Object(out)
      .put("root", lineage.root)
      .put("nodes", lineage.nodes)
      .put("edges", lineage.edges)
      .put("notes", lineage.notes);
  return out;
}

std::string to_json(const Comparison& comparison) {
  std::string out;
  Object(out).put("a", comparison.a).put("b", comparison.b).put("differences", comparison.differences);
  return out;
}

std::string to_json(const Details& details) {
  std::string out;
  Object(out)
      .put("node", details.node)
      .put("in", details.in)
      .put("out", details.out)
      .put("columns", details.columns)
      .put("columns_omitted", details.columns_omitted)
      .put("notes", details.notes)
      .put("locations", details.locations);
  return out;
}

std::string to_json(const Health& health) {
  std::string out;
  Object(out)
      .put("path", health.path.string())
      .put("size_bytes", health.size_bytes)
      .put("sqlite_version", health.sqlite_version)
      .put("sqlite_library", health.sqlite_library)
      .put("schema", health.schema)
      .put("journal_mode", health.journal_mode)
      .put("file_system", health.file_system)
      .put("counts", health.counts)
      .put("objects", health.objects)
      .put("problems", health.problems);
  return out;
}

std::string iso_time(std::int64_t at_us) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds(at_us)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace mltrack
