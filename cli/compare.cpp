#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

std::string table_text(const Comparison& comparison) {
  Grid table({{"what"}, {"name"}, {comparison.a.ref}, {comparison.b.ref}});
  for (const auto& difference : comparison.differences) {
    table.add({difference.what, difference.name, difference.a.value_or(""), difference.b.value_or("")});
  }
  return table.str(terminal_width());
}

std::string csv_text(const Comparison& comparison) {
  std::string out = csv_line({"what", "name", "a", "b"});
  for (const auto& difference : comparison.differences) {
    out += csv_line({difference.what, difference.name, difference.a.value_or(""), difference.b.value_or("")});
  }
  return out;
}

std::string text(const Comparison& comparison, Format format) {
  if (format == Format::table) return table_text(comparison);
  return format == Format::csv ? csv_text(comparison) : visible_json(to_json(comparison)) + '\n';
}

}  // namespace

void add_compare(CLI::App& query, Settings& settings) {
  auto& command =
      add_command(query, settings, "compare", "Lists what differs between two runs, models, calls or datasets",
                  "mltrack query compare 3f9c 81d0");
  auto refs = std::make_shared<std::pair<std::string, std::string>>();
  command.add_option("A", refs->first, "A reference")->required();
  command.add_option("B", refs->second, "Another one")->required();
  command.callback([&settings, refs] {
    const auto comparison = open_query(settings).compare(refs->first, refs->second);
    write(text(comparison, format_of(settings)));
    if (comparison.differences.empty()) remark("nothing differs");
  });
}

}  // namespace mltrack::cli
