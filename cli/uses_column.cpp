#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

using Uses = std::vector<ColumnUse>;

/// The transformers on a way, first to last.
std::string way(const ColumnUse& use, std::string (*word)(const Node&)) {
  std::string out;
  for (const Node& node : use.through) out += (out.empty() ? "" : " > ") + word(node);
  return out;
}

std::string ref(const Node& node) { return node.ref; }

std::string table_text(const Uses& uses) {
  Grid table({{"ref"}, {"type"}, {"through"}, {"nodes"}, {"assumed"}});
  for (const ColumnUse& use : uses)
    table.add({use.model.ref, short_type(use.model), way(use, short_type), way(use, ref), use.assumed ? "yes" : ""});
  return table.str(terminal_width());
}

std::string csv_text(const Uses& uses) {
  std::string out = csv_line({"ref", "type", "through", "nodes", "assumed"});
  for (const ColumnUse& use : uses)
    out += csv_line({use.model.ref, use.model.type.value_or(""), way(use, short_type), way(use, ref),
                     use.assumed ? "true" : "false"});
  return out;
}

std::string lines_text(const Uses& uses) {
  std::string out;
  for (const ColumnUse& use : uses) out += visible_json(to_json(use)) + '\n';
  return out;
}

std::string json_text(const Uses& uses) {
  std::string out;
  for (const ColumnUse& use : uses) out += (out.empty() ? "[\n" : ",\n") + visible_json(to_json(use));
  return out.empty() ? "[]\n" : out + "\n]\n";
}

std::string text(const Uses& uses, Format format) {
  if (format == Format::table) return table_text(uses);
  if (format == Format::csv) return csv_text(uses);
  return format == Format::jsonl ? lines_text(uses) : json_text(uses);
}

}  // namespace

void add_uses_column(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "uses-column", "Lists the models that used a column, and through what",
                              "mltrack query uses-column body_mass_g");
  auto name = std::make_shared<std::string>();
  command.add_option("NAME", *name, "The column's name")->required();
  command.callback([&settings, name] {
    const Uses uses = open_query(settings).uses_column(*name);
    write(text(uses, format_of(settings)));
    if (uses.empty()) remark("no model used it");
  });
}

}  // namespace mltrack::cli
