#include <map>

#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"
#include "tree.hpp"

namespace mltrack::cli {
namespace {

using Closure = Lineage (Query::*)(const Ref&, std::optional<int>, std::optional<Kind>) const;

struct Options {
  std::string ref;
  std::optional<int> depth;
  std::string kind;
};

std::map<std::string, std::string> sources(const Lineage& lineage) {
  std::map<std::string, std::string> cells;
  for (const auto& edge : lineage.edges) {
    auto& cell = cells[edge.dst];
    if (!cell.empty()) cell += ", ";
    cell += edge.slot + ' ' + seen_from(edge.src, edge.dst);
    if (edge.via) cell += " (" + *edge.via + ')';
  }
  return cells;
}

std::string table_text(const Lineage& lineage) {
  using enum Heading::Style;
  Grid table({{"ref", whole}, {"what", whole}, {"type"}, {"name"}, {"rows x columns", number}, {"from (via)"}});
  auto from = sources(lineage);
  for (const auto& node : with_root(lineage)) {
    table.add({node.ref, what(node), short_type(node), node.name.value_or(""), shape(node), from[node.ref]});
  }
  return table.str(terminal_width());
}

const std::map<std::string, std::string (*)(const Lineage&)>& graph_formats() {
  static const std::map<std::string, std::string (*)(const Lineage&)> formats = {
      {"dot", to_dot}, {"mermaid", to_mermaid}, {"graphml", to_graphml}};
  return formats;
}

std::string text(const Lineage& lineage, const Settings& settings) {
  const auto graph = graph_formats().find(settings.format);
  if (graph != graph_formats().end()) return graph->second(lineage);
  const Format format = format_of(settings);
  if (format == Format::table) return table_text(lineage);
  if (format == Format::json) return visible_json(to_json(lineage)) + '\n';
  return nodes_text(with_root(lineage), format);
}

Growth growth(Closure closure) {
  if (closure == &Query::ancestors) return Growth::up;
  return closure == &Query::descendants ? Growth::down : Growth::both;
}

void answer(const Settings& settings, const Options& options, Closure closure, bool as_tree) {
  const auto kind = options.kind.empty() ? std::nullopt : std::optional(parse_kind(options.kind));
  const auto lineage = (open_query(settings).*closure)(options.ref, options.depth, kind);
  write(as_tree ? tree_text(lineage, growth(closure), terminal_width()) : text(lineage, settings));
  for (const auto& note : lineage.notes) remark(note);
}

void add_closure(CLI::App& query, Settings& settings, const std::string& name, const std::string& description,
                 const std::string& example, Closure closure) {
  auto& command = add_command(query, settings, name, description, example, {"tree", "dot", "mermaid", "graphml"});
  auto* format = command.get_option("--format");
  format->description("tree, table, json, jsonl, csv, dot, mermaid or graphml; tree unless given, table with --kind");
  auto options = std::make_shared<Options>();
  command.add_option("REF", options->ref, "A file, run:number, a run's or digest's prefix, or project/experiment")
      ->required();
  command.add_option("--depth", options->depth, "At most so many steps away")->type_name("N")->check(count_complaint);
  command.add_option("--kind", options->kind, "Only nodes of this kind: model, dataset, call, artifact, run")
      ->type_name("KIND");
  command.callback([&settings, options, closure, format] {
    const bool unless_told = format->count() == 0 && options->kind.empty();  // nodes of one kind make no tree
    answer(settings, *options, closure, unless_told || settings.format == "tree");
  });
}

}  // namespace

void add_lineage(CLI::App& query, Settings& settings) {
  add_closure(query, settings, "ancestors", "Lists everything that REF came from",
              "mltrack query ancestors 3f9c2e1a:17", &Query::ancestors);
  add_closure(query, settings, "descendants", "Lists everything that came out of REF",
              "mltrack query descendants penguins.csv", &Query::descendants);
  add_closure(query, settings, "lineage", "Lists both", "mltrack query lineage 3f9c2e1a:17 --depth 2 --format dot",
              &Query::lineage);
}

}  // namespace mltrack::cli
