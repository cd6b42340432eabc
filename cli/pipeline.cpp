#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void add(const Step& step, const std::string& role, std::size_t depth, Rows& rows) {
  rows.push_back({role, std::to_string(depth), step.slot, step.model.ref, step.model.type.value_or("")});
  for (const Step& inner : step.inside) add(inner, role, depth + 1, rows);
}

Rows rows_of(const Chain& chain) {
  Rows rows;
  for (const Step& step : chain.before) add(step, "before", 0, rows);
  add(chain.model, "model", 0, rows);
  return rows;
}

std::string tree(const Step& step, std::size_t depth) {
  std::string out = std::string(2 * depth, ' ') + (step.slot.empty() ? "" : visible(step.slot) + "  ") +
                    visible(short_type(step.model)) + "  " + step.model.ref + '\n';
  for (const Step& inner : step.inside) out += tree(inner, depth + 1);
  return out;
}

/// Code line by line: names in it come from the store.
std::string code_text(const std::string& code) {
  std::string out;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    out += visible(code.substr(at, end - at)) + '\n';
    at = end + 1;
  }
  return out;
}

std::string table_text(const Chain& chain) {
  std::string out;
  for (const Step& step : chain.before) out += tree(step, 0);
  return out + tree(chain.model, 0) + '\n' + code_text(chain.code);
}

std::string csv_text(const Chain& chain) {
  std::string out = csv_line({"role", "depth", "slot", "ref", "type"});
  for (const auto& row : rows_of(chain)) out += csv_line(row);
  return out;
}

}  // namespace

void add_pipeline(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "pipeline",
                              "Shows the steps behind a model as a tree, and as scikit-learn code that makes them anew",
                              "mltrack query pipeline 3f9c2e1a:10");
  auto ref = std::make_shared<std::string>();
  command.add_option("REF", *ref, "A model, or a run that made one")->required();
  command.callback([&settings, ref] {
    const Chain chain = open_query(settings).pipeline(*ref);
    const Format format = format_of(settings);
    if (format == Format::table)
      write(table_text(chain));
    else
      write(format == Format::csv ? csv_text(chain) : visible_json(to_json(chain)) + '\n');
    if (format == Format::table || format == Format::csv)
      for (const auto& note : chain.notes) remark(note);
  });
}

}  // namespace mltrack::cli
