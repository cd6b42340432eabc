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

struct Asked {
  std::vector<std::string> refs;
  bool only_differences = false;
  bool params = false;
  bool features = false;
  bool importances = false;

  bool in_rows() const { return refs.size() > 2 || only_differences || params || features || importances; }
};

Table side_by_side(const Query& store, const Asked& asked) {
  const std::vector<Ref> refs(asked.refs.begin(), asked.refs.end());
  if (asked.params) return store.compare_params(refs, asked.only_differences);
  if (asked.features) return store.compare_features(refs, asked.only_differences);
  if (asked.importances) return store.compare_importances(refs);
  return store.compare(refs, asked.only_differences);
}

/// What is compared, instead of everything.
void add_choices(CLI::App& command, const std::shared_ptr<Asked>& asked) {
  auto* params = command.add_flag("--params", asked->params, "The parameters of models or runs, a column for each");
  auto* features = command.add_flag("--features", asked->features, "The columns that models were fitted on");
  auto* importances = command.add_flag("--importances", asked->importances, "How much each feature matters to models");
  params->excludes(features)->excludes(importances);
  features->excludes(importances);
}

}  // namespace

void add_compare(CLI::App& query, Settings& settings) {
  auto& command =
      add_command(query, settings, "compare", "Lists what differs between two or more runs, models, calls or datasets",
                  "mltrack query compare 3f9c 81d0 77aa --only-differences");
  auto asked = std::make_shared<Asked>();
  command.add_option("REF", asked->refs, "References; of more than two, a table with a column for each")
      ->required()
      ->expected(2, -1);
  command.add_flag("--only-differences", asked->only_differences,
                   "A column for each, and only what is not the same in all of them");
  add_choices(command, asked);
  command.callback([&settings, asked] {
    const Query store = open_query(settings);
    if (asked->in_rows()) {
      const Table table = side_by_side(store, *asked);
      write(table, format_of(settings));
      if (table.rows() == 0) remark("nothing differs");
      return;
    }
    const auto comparison = store.compare(Ref(asked->refs.front()), Ref(asked->refs.back()));
    write(text(comparison, format_of(settings)));
    if (comparison.differences.empty()) remark("nothing differs");
    for (const auto& note : comparison.notes) remark(note);
  });
}

}  // namespace mltrack::cli
