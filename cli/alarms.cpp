#include <algorithm>

#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

constexpr std::size_t shown_unless_told = 100;

struct Options {
  std::string where;
  std::string run;
  std::string kind;
  std::string at_least = "note";
  std::string order_by;
  std::size_t limit = shown_unless_told;
};

/// `12 of 40`, `12`, or nothing.
std::string count_text(const Alarm& alarm) {
  if (!alarm.counted) return "";
  return std::to_string(*alarm.counted) + (alarm.total ? " of " + std::to_string(*alarm.total) : "");
}

/// The source lines of the calls, each once.
std::string sources(const Alarm& alarm) {
  std::vector<std::string> seen;
  std::string text;
  for (const auto& node : alarm.nodes) {
    if (!node.source || node.source->empty()) continue;
    const std::string line = node.role + " " + *node.source;
    if (std::find(seen.begin(), seen.end(), line) != seen.end()) continue;
    seen.push_back(line);
    text += (text.empty() ? "" : ", ") + line;
  }
  return text;
}

std::string table_text(const std::vector<Alarm>& alarms) {
  using enum Heading::Style;
  Grid table({{"grade", whole}, {"kind", whole}, {"subject", whole}, {"counted", whole}, {"where"}, {"advice"}});
  for (const auto& alarm : alarms)
    table.add({to_string(alarm.grade), alarm.kind, alarm.subject, count_text(alarm), sources(alarm), alarm.advice});
  return table.str(terminal_width());
}

std::string csv_text(const std::vector<Alarm>& alarms) {
  const auto number = [](const auto& count) { return count ? std::to_string(*count) : std::string(); };
  std::string out = csv_line({"grade", "kind", "run", "subject", "counted", "total", "at", "sources", "advice"});
  for (const auto& alarm : alarms)
    out += csv_line({to_string(alarm.grade), alarm.kind, alarm.run, alarm.subject, number(alarm.counted),
                     number(alarm.total), iso_time(alarm.at_us), sources(alarm), alarm.advice});
  return out;
}

std::string json_text(const std::vector<Alarm>& alarms, bool lines) {
  std::string out = lines ? "" : "[";
  for (const auto& alarm : alarms) {
    if (!lines) out += out.size() == 1 ? "\n" : ",\n";
    out += visible_json(to_json(alarm)) + (lines ? "\n" : "");
  }
  if (lines) return out;
  return out + (alarms.empty() ? "]\n" : "\n]\n");
}

std::string text(const std::vector<Alarm>& alarms, Format format) {
  if (format == Format::table) return table_text(alarms);
  return format == Format::csv ? csv_text(alarms) : json_text(alarms, format == Format::jsonl);
}

void list(const Settings& settings, const Options& options) {
  AlarmSelect select{options.where, options.run,     options.kind, parse_grade(options.at_least),
                     options.limit, options.order_by};
  if (options.limit > 0) ++*select.limit;
  auto alarms = open_query(settings).alarms(select);
  const bool more = options.limit > 0 && alarms.size() > options.limit;
  if (more) alarms.pop_back();
  write(text(alarms, format_of(settings)));
  if (more) remark("only the first " + std::to_string(options.limit) + " are shown; --limit 0 shows all");
  if (alarms.empty()) remark("no signs of leakage are stored, which is no certificate that nothing leaked");
}

}  // namespace

void add_alarms(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "alarms", "Lists signs of leakage; that there are none proves nothing",
                              "mltrack query alarms --at-least alarm --where \"project = 'penguins'\"");
  auto options = std::make_shared<Options>();
  command
      .add_option("--where", options->where,
                  "Only those for which this holds; what is not the alarm's is asked of its run")
      ->type_name("FILTER");
  command.add_option("--run", options->run, "Only of this run")->type_name("REF");
  command.add_option("--kind", options->kind, "Only of this kind; docs/alarms.md lists them")->type_name("KIND");
  command.add_option("--at-least", options->at_least, "Only of this grade or graver: note, mild or alarm")
      ->type_name("GRADE");
  command
      .add_option("--order-by", options->order_by, "Fields, as in mltrack query runs; newest run first unless given")
      ->type_name("FIELDS");
  command.add_option("--limit", options->limit, "How many at most; 0 for all; 100 unless given")
      ->type_name("N")
      ->check(count_complaint);
  command.callback([&settings, options] { list(settings, *options); });
}

}  // namespace mltrack::cli
