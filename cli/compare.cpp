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
      add_command(query, settings, "compare", "Lists what differs between two or more runs, models, calls or datasets",
                  "mltrack query compare 3f9c 81d0 77aa --only-differences");
  struct Asked {
    std::vector<std::string> refs;
    bool only_differences = false;
  };
  auto asked = std::make_shared<Asked>();
  command.add_option("REF", asked->refs, "References; of more than two, a table with a column for each")
      ->required()
      ->expected(2, -1);
  command.add_flag("--only-differences", asked->only_differences,
                   "A column for each, and only what is not the same in all of them");
  command.callback([&settings, asked] {
    const Query store = open_query(settings);
    if (asked->refs.size() > 2 || asked->only_differences) {
      const Table table =
          store.compare(std::vector<Ref>(asked->refs.begin(), asked->refs.end()), asked->only_differences);
      write(table, format_of(settings));
      if (table.rows() == 0) remark("nothing differs");
      return;
    }
    const auto comparison = store.compare(Ref(asked->refs.front()), Ref(asked->refs.back()));
    write(text(comparison, format_of(settings)));
    if (comparison.differences.empty()) remark("nothing differs");
  });
}

}  // namespace mltrack::cli
