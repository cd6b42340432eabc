#include "command.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "colour.hpp"

namespace mltrack::cli {
namespace {

std::map<std::string, Format> formats() {
  return {{"table", Format::table}, {"json", Format::json}, {"jsonl", Format::jsonl}, {"csv", Format::csv}};
}

}  // namespace

Format format_of(const Settings& settings) { return formats().at(settings.format); }

CLI::App& add_plain_command(CLI::App& parent, Settings& settings, const std::string& name,
                            const std::string& description, const std::string& example) {
  auto& command = *parent.add_subcommand(name, description);
  command.footer("Example:\n  " + example);
  command.add_option("--store", settings.store, "The store; else $MLTRACK_STORE, else the nearest mltrack.db upward")
      ->type_name("FILE");
  return command;
}

CLI::App& add_command(CLI::App& parent, Settings& settings, const std::string& name, const std::string& description,
                      const std::string& example, const std::vector<std::string>& more_formats) {
  auto& command = add_plain_command(parent, settings, name, description, example);
  command.add_flag_callback("--no-colour,--no-color", forbid_colours, "Without colours, which only a terminal gets");
  std::string words = "table, json, jsonl, csv";
  for (const auto& word : more_formats) words += ", " + word;
  command.add_option("--format", settings.format, words + "; table unless given")
      ->type_name("FORMAT")
      ->check([words, more_formats](const std::string& word) {
        const bool known = formats().contains(word) || std::ranges::find(more_formats, word) != more_formats.end();
        return known ? "" : word + " is not one of " + words;
      });
  return command;
}

std::string count_complaint(const std::string& word) {
  const bool digits = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  return digits ? "" : word + " is not a whole number from 0 upwards";
}

std::filesystem::path find_store(const Settings& settings) {
  const bool named = !settings.store.empty();
  const std::filesystem::path path = named ? std::filesystem::path(settings.store) : Tracker::default_path();
  if (std::filesystem::exists(path)) return path;
  if (named) throw Error(ErrorCode::not_found, "the store " + path.string() + " does not exist");
  if (std::getenv("MLTRACK_STORE")) {
    throw Error(ErrorCode::not_found, "the store " + path.string() + ", which $MLTRACK_STORE names, does not exist");
  }
  throw Error(ErrorCode::not_found, "no store found: $MLTRACK_STORE is not set and no mltrack.db of yours lies in " +
                                        std::filesystem::current_path().string() +
                                        " or a folder above it; name one with --store FILE");
}

Query open_query(const Settings& settings) {
  return Tracker::open(find_store(settings), {.read_only = true, .create = false}).query();
}

}  // namespace mltrack::cli
