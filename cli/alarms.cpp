#include <algorithm>

#include <mltrack/json.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "list_options.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

struct Options : ListOptions {
  std::string run;
  std::string kind;
  std::string at_least = "note";
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

std::string nothing_stored(const Options& options) {
  const bool all = options.where.empty() && options.run.empty() && options.kind.empty() && options.at_least == "note";
  return all ? "no signs of leakage are stored" : "no signs of leakage that were asked for are stored";
}

void list(const Settings& settings, const Options& options) {
  AlarmSelect select{.where = options.where,
                     .run = options.run,
                     .kind = options.kind,
                     .at_least = parse_grade(options.at_least),
                     .limit = options.limit,
                     .order_by = options.order_by,
                     .after = options.after};
  const Query query = open_query(settings);
  std::size_t shown = 0;
  if (options.fields.empty()) {
    const AlarmPage page = query.alarm_page(select);
    write(text(page.alarms, format_of(settings)));
    say_more(shown = page.alarms.size(), page.next);
  } else {
    select.fields = {options.fields};
    const Table table = query.alarm_table(select);
    write(rows_text(table, format_of(settings)));
    say_more(shown = table.rows(), table.next);
  }
  if (shown == 0) remark(nothing_stored(options) + ", which is no certificate that nothing leaked");
}

}  // namespace

void add_alarms(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "alarms", "Lists signs of leakage; that there are none proves nothing",
                              "mltrack query alarms --at-least alarm --where \"project = 'penguins'\"");
  auto options = std::make_shared<Options>();
  add_list_options(command, *options, "Only those for which this holds; what is not the alarm's is asked of its run");
  command.add_option("--run", options->run, "Only of this run")->type_name("REF");
  command.add_option("--kind", options->kind, "Only of this kind; docs/alarms.md lists them")->type_name("KIND");
  command.add_option("--at-least", options->at_least, "Only of this grade or graver: note, mild or alarm")
      ->type_name("GRADE");
  command.callback([&settings, options] { list(settings, *options); });
}

}  // namespace mltrack::cli
