#include <cstdio>
#include <exception>
#include <sstream>

#include <mltrack/version.hpp>

#include "command.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace {

using namespace mltrack::cli;

constexpr int failed = 1;
constexpr int usage = 2;

/// Messages may have several lines: a filter with a mark below the place, or candidates.
int complain(const std::string& message, int code) {
  std::istringstream lines("mltrack: " + message);
  for (std::string line; std::getline(lines, line);) std::fprintf(stderr, "%s\n", visible(line).c_str());
  return code;
}

/// CLI11's own check would call an unknown command a missing one.
void require_command(CLI::App& app) {
  app.callback([&app] {
    if (app.get_subcommands().empty()) throw CLI::RequiredError("A command");
  });
}

void add_commands(CLI::App& app, Settings& settings) {
  app.set_version_flag("--version", "mltrack " + std::string(mltrack::version()));
  require_command(app);
  app.footer("Example:\n  mltrack query descendants penguins.csv\n\nEach command has its own --help.");
  auto& query = *app.add_subcommand("query", "Asks a store");
  require_command(query);
  query.footer("Example:\n  mltrack query models --where \"metrics.accuracy > 0.9\"");
  add_lists(query, settings);
  add_lineage(query, settings);
  add_walk(query, settings);
  add_common_ancestor(query, settings);
  add_uses_column(query, settings);
  add_questions(query, settings);
  add_pipeline(query, settings);
  add_confidence_intervals(query, settings);
  add_compare(query, settings);
  add_explain(query, settings);
  add_alarms(query, settings);
  add_show(app, settings);
  add_export(app, settings);
  add_import(app, settings);
  add_note(app, settings);
  add_schema(app);
  add_doctor(app, settings);
  add_completion(app, settings);
  add_verify(app, settings);
}

/// CLI11 would name them last to first.
std::string unexpected(const CLI::App& app) {
  std::string words;
  for (const auto& word : app.remaining(true)) words += (words.empty() ? "" : " ") + word;
  const bool early = words.starts_with("--store") || words.starts_with("--format");
  return "not expected: " + words +
         (early ? "; options follow the command, as in mltrack query runs --store FILE" : "");
}

/// The command as it was typed.
std::string typed(int argc, char** argv) {
  std::string words = "mltrack";
  for (int i = 1; i < argc; ++i) words += std::string(" ") + argv[i];
  return words;
}

void run(int argc, char** argv) {
  CLI::App app("Answers questions about experiments that were recorded in an mltrack store.", "mltrack");
  Settings settings;
  add_commands(app, settings);
  const Progress progress(typed(argc, argv));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    std::ostringstream text;
    app.exit(request, text, text);
    write(text.str());
  } catch (const CLI::ExtrasError&) {
    throw CLI::ValidationError(unexpected(app));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + " (mltrack --help lists what there is)", usage);
  } catch (const std::exception& error) {
    return complain(error.what(), failed);
  }
}
