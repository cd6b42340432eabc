#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include <mltrack/format.hpp>
#include <mltrack/json.hpp>

namespace mltrack {
namespace {

/// The shortest text that reads back as the same number.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// A node's scalar fields by name, in the order of the JSON objects.
std::vector<std::pair<std::string, std::string>> scalar_fields(const Node& node) {
  const auto text = [](const auto& field) { return field ? std::to_string(*field) : std::string(); };
  return {{"ref", node.ref},
          {"kind", to_string(node.kind)},
          {"op", node.op.value_or("")},
          {"type", node.type.value_or("")},
          {"name", node.name.value_or("")},
          {"digest", node.digest.value_or("")},
          {"rows", text(node.rows)},
          {"columns", text(node.columns)},
          {"run", node.run.value_or("")},
          {"at", iso_time(node.at_us)},
          {"project", node.project.value_or("")},
          {"experiment", node.experiment.value_or("")},
          {"status", node.status.value_or("")},
          {"parent", node.parent.value_or("")},
          {"took_us", text(node.took_us)},
          {"overhead_us", text(node.overhead_us)},
          {"error_type", node.error_type.value_or("")},
          {"error", node.error.value_or("")},
          {"source", node.source.value_or("")},
          {"depth", text(node.depth)}};
}

std::map<std::string, std::string> open_fields(const Node& node) {
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : node.params) fields["params." + name] = value.str();
  for (const auto& [name, value] : latest_metrics(node)) fields["metrics." + name] = number_text(value);
  for (const auto& [key, value] : node.tags) fields["tags." + key] = value;
  return fields;
}

template <class Rows, class Row>
std::string json_array(const Rows& rows, Row&& row) {
  std::string out = "[";
  for (const auto& one : rows) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += visible_json(row(one));
  }
  return out + (out.size() == 1 ? "]\n" : "\n]\n");
}

std::vector<std::size_t> row_numbers(const Table& table) {
  std::vector<std::size_t> numbers(table.rows());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

// ---- nodes as columns

using Type = TableColumn::Type;

template <class Held>
void add_integers(Table& table, const std::vector<Node>& nodes, const char* name, Type type, Held&& held) {
  TableColumn column{.name = name, .type = type};
  for (const Node& node : nodes) {
    const std::optional<std::int64_t> value = held(node);
    column.integers.push_back(value.value_or(0));
    column.missing.push_back(!value);
  }
  table.columns.push_back(std::move(column));
}

template <class Held>
void add_texts(Table& table, const std::vector<Node>& nodes, const char* name, Held&& held) {
  TableColumn column{.name = name};
  for (const Node& node : nodes) {
    const std::optional<std::string> value = held(node);
    column.texts.push_back(value.value_or(""));
    column.missing.push_back(!value);
  }
  table.columns.push_back(std::move(column));
}

void add_scalars(Table& table, const std::vector<Node>& nodes) {
  const auto text = [&](const char* name, auto member) {
    add_texts(table, nodes, name, [=](const Node& node) { return node.*member; });
  };
  const auto integer = [&](const char* name, auto member) {
    add_integers(table, nodes, name, Type::integer, [=](const Node& node) { return node.*member; });
  };
  text("ref", &Node::ref);
  add_texts(table, nodes, "kind", [](const Node& node) { return std::optional<std::string>(to_string(node.kind)); });
  text("op", &Node::op);
  text("type", &Node::type);
  text("name", &Node::name);
  text("digest", &Node::digest);
  integer("rows", &Node::rows);
  integer("columns", &Node::columns);
  text("run", &Node::run);
  add_integers(table, nodes, "at", Type::time, [](const Node& node) { return node.at_us; });
  text("project", &Node::project);
  text("experiment", &Node::experiment);
  text("status", &Node::status);
  text("parent", &Node::parent);
  integer("took_us", &Node::took_us);
  integer("overhead_us", &Node::overhead_us);
  text("error_type", &Node::error_type);
  text("error", &Node::error);
  text("source", &Node::source);
  integer("depth", &Node::depth);
}

std::map<std::string, Cell> open_cells(const Node& node) {
  std::map<std::string, Cell> cells;
  for (const auto& [name, value] : node.params) cells["params." + name] = cell_of(value);
  for (const auto& [name, value] : latest_metrics(node)) cells["metrics." + name] = value;
  for (const auto& [key, value] : node.tags) cells["tags." + key] = value;
  return cells;
}

}  // namespace

Table table_of(const std::vector<Node>& nodes) {
  Table table;
  add_scalars(table, nodes);
  std::vector<std::map<std::string, Cell>> rows;
  std::set<std::string> names;
  for (const Node& node : nodes) {
    rows.push_back(open_cells(node));
    for (const auto& [name, cell] : rows.back()) names.insert(name);
  }
  for (const std::string& name : names) {
    std::vector<std::vector<Cell>> cells;
    for (auto& row : rows) cells.push_back({row[name]});
    table.columns.push_back(std::move(table_of({name}, cells).columns.front()));
  }
  return table;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const auto& field : fields) {
    if (&field != &fields.front()) line += ',';
    const auto text = visible(field);
    if (text.find_first_of(",\"") == std::string::npos) {
      line += text;
      continue;
    }
    line += '"';
    for (const char c : text) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + '\n';
}

std::string to_csv(const std::vector<Node>& nodes) {
  std::set<std::string> open_names;
  for (const auto& node : nodes) {
    for (const auto& [name, value] : open_fields(node)) open_names.insert(name);
  }
  std::vector<std::string> line;
  for (const auto& [name, value] : scalar_fields({})) line.push_back(name);
  line.insert(line.end(), open_names.begin(), open_names.end());
  std::string out = csv_line(line);
  for (const auto& node : nodes) {
    line.clear();
    for (const auto& [name, value] : scalar_fields(node)) line.push_back(value);
    auto fields = open_fields(node);
    for (const auto& name : open_names) line.push_back(fields[name]);
    out += csv_line(line);
  }
  return out;
}

std::string to_csv(const Table& table) {
  std::vector<std::string> line;
  for (const auto& column : table.columns) line.push_back(column.name);
  std::string out = csv_line(line);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    line.clear();
    for (const auto& column : table.columns) line.push_back(cell_text(column, row));
    out += csv_line(line);
  }
  return out;
}

std::string to_json(const std::vector<Node>& nodes) {
  return json_array(nodes, [](const Node& node) { return to_json(node); });
}

std::string to_json(const Table& table) {
  return json_array(row_numbers(table), [&](std::size_t row) { return row_to_json(table, row); });
}

std::string to_jsonl(const std::vector<Node>& nodes) {
  std::string out;
  for (const auto& node : nodes) out += visible_json(to_json(node)) + '\n';
  return out;
}

std::string to_jsonl(const Table& table) {
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) out += visible_json(row_to_json(table, row)) + '\n';
  return out;
}

}  // namespace mltrack
