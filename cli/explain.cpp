#include <mltrack/json.hpp>

#include "command.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

std::string call_text(const std::optional<Node>& call) {
  if (!call) return "no such call";
  const std::string where = call->source ? " at " + *call->source : "";
  return call->ref + " " + what(*call) + " " + short_type(*call) + where;
}

std::string heading(const Explanation& explanation) {
  const std::string pairs = std::to_string(explanation.aligned) + (explanation.aligned == 1 ? " call" : " calls");
  if (explanation.causes.empty() && !explanation.call_a && !explanation.call_b)
    return "No difference: " + pairs + " compared.\n";
  if (!explanation.call_a && !explanation.call_b) return "No call differs: " + pairs + " compared.\n";
  return "The first call that differs:\n  " + visible(call_text(explanation.call_a)) + "\n  " +
         visible(call_text(explanation.call_b)) + "\n";
}

std::string sentences(const Explanation& explanation) {
  std::string out = heading(explanation);
  std::size_t number = 0;
  for (const Cause& cause : explanation.causes)
    out += std::to_string(++number) + ". " + cause.kind + ": " + visible(cause.text) + "\n";
  return out;
}

std::string rows(const Explanation& explanation) {
  std::string out = csv_line({"kind", "name", "a", "b", "call_a", "call_b", "text"});
  for (const Cause& cause : explanation.causes)
    out += csv_line({cause.kind, cause.name, cause.a.value_or(""), cause.b.value_or(""), cause.call_a.value_or(""),
                     cause.call_b.value_or(""), cause.text});
  return out;
}

std::string text(const Explanation& explanation, Format format) {
  if (format == Format::table) return sentences(explanation);
  return format == Format::csv ? rows(explanation) : visible_json(to_json(explanation)) + '\n';
}

}  // namespace

void add_explain(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "explain", "Says why two runs, models, datasets, files or calls differ",
                              "mltrack query explain 3f9c 81d0");
  auto refs = std::make_shared<std::pair<std::string, std::string>>();
  command.add_option("A", refs->first, "A reference")->required();
  command.add_option("B", refs->second, "Another one of the same kind")->required();
  command.callback([&settings, refs] {
    const auto explanation = open_query(settings).explain(refs->first, refs->second);
    write(text(explanation, format_of(settings)));
    for (const auto& note : explanation.notes) remark(note);
  });
}

}  // namespace mltrack::cli
