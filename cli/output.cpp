#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include <mltrack/error.hpp>
#include <mltrack/json.hpp>

#include "grid.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

std::string metrics_cell(const Node& node) {
  std::string text;
  for (const auto& [name, value] : latest_metrics(node)) {
    if (!text.empty()) text += ' ';
    text += name + '=' + number(value, 4);
  }
  return text;
}

std::string experiment_cell(const Node& node) {
  if (node.kind != Kind::run) return "";
  return node.project.value_or("") + '/' + node.experiment.value_or("");
}

std::string nodes_table(const std::vector<Node>& nodes) {
  using enum Heading::Style;
  Grid table({{"ref", whole},
              {"experiment"},
              {"op", whole},
              {"type"},
              {"name"},
              {"status", whole},
              {"rows x columns", Heading::Style::number},
              {"metrics"},
              {"when (UTC)", whole},
              {"took", Heading::Style::number}});
  for (const auto& node : nodes) {
    table.add({node.ref, experiment_cell(node), node.op.value_or(""), short_type(node), node.name.value_or(""),
               node.status.value_or(""), shape(node), metrics_cell(node), when(node.at_us),
               node.took_us ? duration(*node.took_us) : ""});
  }
  return table.str(terminal_width());
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
  for (const auto& [name, value] : latest_metrics(node)) fields["metrics." + name] = number(value);
  for (const auto& [key, value] : node.tags) fields["tags." + key] = value;
  return fields;
}

std::string nodes_csv(const std::vector<Node>& nodes) {
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

std::string nodes_json(const std::vector<Node>& nodes) {
  std::string out = "[";
  for (const auto& node : nodes) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += visible_json(to_json(node));
  }
  return out + (nodes.empty() ? "]\n" : "\n]\n");
}

std::string nodes_jsonl(const std::vector<Node>& nodes) {
  std::string out;
  for (const auto& node : nodes) out += visible_json(to_json(node)) + '\n';
  return out;
}

std::string cell(const TableColumn& column, std::size_t row) {
  if (column.missing[row]) return "";
  if (column.type == TableColumn::Type::number) return number(column.numbers[row], 6);
  return column.type == TableColumn::Type::time ? when(column.integers[row]) : cell_text(column, row);
}

std::string rows_grid(const Table& table) {
  std::vector<Heading> headings;
  for (const auto& column : table.columns) {
    const bool text = column.type == TableColumn::Type::text || column.type == TableColumn::Type::boolean;
    headings.push_back({column.name, text ? Heading::Style::text : Heading::Style::number});
  }
  Grid grid(std::move(headings));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : table.columns) cells.push_back(cell(column, row));
    grid.add(cells);
  }
  return grid.str(terminal_width());
}

std::string rows_csv(const Table& table) {
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

std::string rows_json(const Table& table) {
  std::string out = "[";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    out += row == 0 ? "\n" : ",\n";
    out += visible_json(row_to_json(table, row));
  }
  return out + (table.rows() == 0 ? "]\n" : "\n]\n");
}

std::string rows_jsonl(const Table& table) {
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) out += visible_json(row_to_json(table, row)) + '\n';
  return out;
}

}  // namespace

std::string rows_text(const Table& table, Format format) {
  switch (format) {
    case Format::json:
      return rows_json(table);
    case Format::jsonl:
      return rows_jsonl(table);
    case Format::csv:
      return rows_csv(table);
    case Format::table:
      break;
  }
  return rows_grid(table);
}

void write(const Table& table, Format format) {
  write(rows_text(table, format));
  for (const auto& note : table.notes) remark(note);
}

std::string nodes_text(const std::vector<Node>& nodes, Format format) {
  switch (format) {
    case Format::json:
      return nodes_json(nodes);
    case Format::jsonl:
      return nodes_jsonl(nodes);
    case Format::csv:
      return nodes_csv(nodes);
    case Format::table:
      break;
  }
  return nodes_table(nodes);
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

std::string short_type(const Node& node) {
  const std::string type = node.type.value_or("");
  if (node.kind != Kind::call && node.kind != Kind::model) return type;
  const std::string path = type.substr(0, type.find('<'));
  return path.substr(path.find_last_of(".:") + 1);
}

std::string shape(const Node& node) {
  return node.rows && node.columns ? std::to_string(*node.rows) + " x " + std::to_string(*node.columns) : "";
}

std::string when(std::int64_t at_us) {
  auto text = iso_time(at_us).substr(0, 16);
  if (text.size() > 10) text[10] = ' ';
  return text;
}

std::string duration(std::int64_t took_us) {
  const auto us = static_cast<double>(took_us);
  if (us >= 6e7) return number(us / 6e7, 3) + " min";
  if (us >= 1e6) return number(us / 1e6, 3) + " s";
  return us >= 1e3 ? number(us / 1e3, 3) + " ms" : number(us, 3) + " us";
}

std::string seen_from(const std::string& ref, const std::string& other) {
  const auto colon = ref.find(':');
  const bool same_run = colon != std::string::npos && other.compare(0, colon + 1, ref, 0, colon + 1) == 0;
  return same_run ? ref.substr(colon) : ref;
}

std::string what(const Node& node) { return node.op.value_or(to_string(node.kind)); }

void remark(std::string_view note) {
  end_progress();
  std::fprintf(stderr, "note: %s\n", visible(note).c_str());
}

void write(std::string_view text) {
  end_progress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  throw Error(ErrorCode::io, std::string("the output cannot be written: ") + std::strerror(errno));
}

}  // namespace mltrack::cli
