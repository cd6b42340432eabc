#include <mltrack/json.hpp>

#include "colour.hpp"
#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::int64_t most_calls = 20;

std::string section(const std::string& title, const std::string& text) {
  return text.empty() ? "" : '\n' + painted(title, Ink::bold) + '\n' + text;
}

std::string gigabytes(std::int64_t bytes) { return number(static_cast<double>(bytes) / 1e9, 3) + " GB"; }

std::string list_text(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    const std::string shown = visible(name);
    const std::string padding(width(shown) < 14 ? 14 - width(shown) : 1, ' ');
    out += painted(shown, Ink::bold) + padding + painted(visible(value), ink_of(name, value)) + '\n';
  }
  return out;
}

std::string node_text(const Node& node) {
  return list_text({{"ref", node.ref},
                    {"kind", to_string(node.kind)},
                    {"op", node.op.value_or("")},
                    {"type", node.type.value_or("")},
                    {"name", node.name.value_or("")},
                    {"digest", node.digest.value_or("")},
                    {"rows x columns", shape(node).empty() ? "" : ' ' + shape(node)},
                    {"run", node.run.value_or("")},
                    {"project", node.project.value_or("")},
                    {"experiment", node.experiment.value_or("")},
                    {"status", node.status.value_or("")},
                    {"error", node.error_type ? *node.error_type + ": " + node.error.value_or("") : ""},
                    {"parent", node.parent.value_or("")},
                    {"at", iso_time(node.at_us)},
                    {"took", node.took_us ? duration(*node.took_us) : ""},
                    {"overhead", node.overhead_us ? duration(*node.overhead_us) : ""},
                    {"source", node.source.value_or("")}});
}

std::string params_text(const Node& node) {
  Grid table({{"name"}, {"type"}, {"value"}});
  for (const auto& [name, value] : node.params) table.add({name, to_string(value.type()), value.str()});
  return table.str(terminal_width());
}

std::string metrics_text(const Node& node) {
  Grid table({{"name"}, {"value", Heading::Style::number}, {"subject"}, {"dataset"}, {"when (UTC)"}});
  for (const auto& metric : node.metrics) {
    table.add({metric.name, number(metric.value), metric.subject.value_or(""), metric.dataset.value_or(""),
               when(metric.at_us)});
  }
  return table.str(terminal_width());
}

std::string edges_text(const std::vector<Edge>& edges, std::string Edge::*end) {
  Grid table({{"slot"}, {"ref"}, {"via"}});
  for (const auto& edge : edges) table.add({edge.slot, edge.*end, edge.via.value_or("")});
  return table.str(terminal_width());
}

std::string columns_text(const Details& details) {
  if (details.columns_omitted) return "too many columns to be kept one by one; their digests are kept\n";
  Grid table({{"pos", Heading::Style::number}, {"name"}, {"type"}, {"digest"}});
  for (const auto& column : details.columns) {
    table.add({std::to_string(column.pos), column.name.value_or(""), column.type, column.digest});
  }
  return table.str(terminal_width());
}

std::string notes_text(const Details& details) {
  Grid table({{"when (UTC)"}, {"author"}, {"text"}});
  for (const auto& note : details.notes) table.add({when(note.at_us), note.author, note.text});
  return table.str(terminal_width());
}

std::string locations_text(const Details& details) {
  std::string out;
  for (const auto& location : details.locations) out += visible(location) + '\n';
  return out;
}

std::string yes_or_no(const std::optional<bool>& fact) { return !fact ? "" : *fact ? "yes" : "no"; }

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string code_text(const Details& details) {
  if (!details.code) return "";
  const CodeInfo& code = *details.code;
  return list_text({{"script", code.script},
                    {"digest", code.digest ? code.digest.hex() : ""},
                    {"vcs", code.vcs},
                    {"branch", code.branch},
                    {"dirty", yes_or_no(code.dirty)},
                    {"remote", code.remote},
                    {"diff", code.diff ? code.diff.hex() : ""},
                    {"folder", code.folder},
                    {"arguments", joined(code.arguments)},
                    {"cell", code.execution_count ? std::to_string(*code.execution_count) : ""}});
}

std::string environment_text(const Details& details) {
  if (!details.environment) return "";
  const EnvironmentInfo& environment = *details.environment;
  std::vector<std::string> packages;
  for (const auto& [name, version] : environment.packages) packages.push_back(name + ' ' + version);
  Fields fields = {{"language", environment.language},
                   {"os", environment.os},
                   {"machine", environment.machine},
                   {"processor", environment.processor},
                   {"cores", environment.cores ? std::to_string(*environment.cores) : ""},
                   {"memory", environment.memory_bytes ? gigabytes(*environment.memory_bytes) : ""},
                   {"packages", joined(packages)}};
  fields.insert(fields.end(), environment.variables.begin(), environment.variables.end());
  return list_text(fields);
}

std::string dump_text(const Details& details) {
  if (!details.dump) return "";
  const DumpInfo& dump = *details.dump;
  std::vector<std::string> packages;
  std::vector<std::string> inputs;
  for (const auto& [name, version] : dump.packages) packages.push_back(name + ' ' + version);
  for (const auto& input : dump.inputs)
    inputs.push_back(input.name.value_or('#' + std::to_string(inputs.size())) +
                     (input.type.empty() ? "" : ':' + input.type));
  return list_text({{"format", dump.format},
                    {"language", dump.language},
                    {"packages", joined(packages)},
                    {"columns", dump.columns ? std::to_string(*dump.columns) : ""},
                    {"inputs", joined(inputs)}});
}

/// What a run did: its calls that ran inside no other.
std::string calls_text(const Query& query, const Node& node) {
  if (node.kind != Kind::run) return "";
  const std::string where = "parent is null and run = '" + node.ref.substr(0, node.ref.find(':')) + "'";
  const Page page = query.page(Kind::call, {.where = where, .order_by = "at", .limit = most_calls});
  if (page.nodes.empty()) return "";
  return nodes_text(page.nodes, Format::table) +
         (page.next ? "and more: mltrack query calls --where \"" + where + "\" --order-by at --limit 0\n" : "");
}

std::string details_text(const Query& query, const Details& details) {
  return node_text(details.node) + section("Parameters", params_text(details.node)) +
         section("Metrics", metrics_text(details.node)) + section("Calls", calls_text(query, details.node)) +
         section("Tags", list_text({details.node.tags.begin(), details.node.tags.end()})) +
         section("Code", code_text(details)) + section("Environment", environment_text(details)) +
         section("Loads as", dump_text(details)) + section("Came from", edges_text(details.in, &Edge::src)) +
         section("Went into", edges_text(details.out, &Edge::dst)) + section("Columns", columns_text(details)) +
         section("Seen at", locations_text(details)) + section("Notes", notes_text(details));
}

std::string text(const Query& query, const Details& details, Format format) {
  if (format == Format::table) return details_text(query, details);
  return format == Format::csv ? nodes_text({details.node}, format) : visible_json(to_json(details)) + '\n';
}

}  // namespace

void add_show(CLI::App& app, Settings& settings) {
  auto& command = add_command(app, settings, "show", "Shows everything about one node", "mltrack show 3f9c2e1a:17");
  auto ref = std::make_shared<std::string>();
  command.add_option("REF", *ref, "A file, run:number, a run's or digest's prefix, or project/experiment")->required();
  command.callback([&settings, ref] {
    const Query query = open_query(settings);
    write(text(query, query.details(*ref), format_of(settings)));
  });
}

}  // namespace mltrack::cli
