#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

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

}  // namespace

std::string rows_text(const Table& table, Format format) {
  switch (format) {
    case Format::json:
      return to_json(table);
    case Format::jsonl:
      return to_jsonl(table);
    case Format::csv:
      return to_csv(table);
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
      return to_json(nodes);
    case Format::jsonl:
      return to_jsonl(nodes);
    case Format::csv:
      return to_csv(nodes);
    case Format::table:
      break;
  }
  return nodes_table(nodes);
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
