#include <mltrack/error.hpp>
#include <mltrack/json.hpp>
#include <mltrack/store.hpp>

#include "command.hpp"
#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

using Findings = std::vector<std::pair<std::string, std::string>>;

Findings findings(const Health& health) {
  Findings found = {{"store", health.path.string()},
                    {"size", std::to_string(health.size_bytes) + " bytes"},
                    {"schema", std::to_string(health.schema) + " of " + std::to_string(schema_version())},
                    {"sqlite", health.sqlite_version + " in " + health.sqlite_library},
                    {"journal mode", health.journal_mode},
                    {"file system", health.file_system},
                    {"objects", std::to_string(health.objects)}};
  for (const auto& [name, count] : health.counts) found.emplace_back("rows of " + name, std::to_string(count));
  for (const auto& problem : health.problems) found.emplace_back("problem", problem);
  if (health.problems.empty()) found.emplace_back("problems", "none");
  return found;
}

std::string text(const Health& health, Format format) {
  if (format == Format::json || format == Format::jsonl) return visible_json(to_json(health)) + '\n';
  Grid table({{"what"}, {"found"}});
  std::string csv = csv_line({"what", "found"});
  for (const auto& [name, value] : findings(health)) {
    table.add({name, value});
    csv += csv_line({name, value});
  }
  return format == Format::csv ? csv : table.str(0);
}

void examine_store(const Settings& settings) {
  const auto health = examine(find_store(settings));
  write(text(health, format_of(settings)));
  if (!health.problems.empty()) throw Error(ErrorCode::damaged, "the store has problems, which are listed above");
}

}  // namespace

void add_doctor(CLI::App& app, Settings& settings) {
  auto& command = add_command(app, settings, "doctor", "Examines a store: SQLite, file system, rows, integrity",
                              "mltrack doctor --store mltrack.db");
  command.callback([&settings] { examine_store(settings); });
}

}  // namespace mltrack::cli
