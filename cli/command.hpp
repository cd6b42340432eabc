#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include <mltrack/query.hpp>

#include "output.hpp"

namespace mltrack::cli {

/// What every command may be told.
struct Settings {
  std::string store;
  std::string format = "table";
};

/// Adds a command with its description, an example and the --store option.
CLI::App& add_plain_command(CLI::App& parent, Settings& settings, const std::string& name,
                            const std::string& description, const std::string& example);

/// The same with --format, which takes the words of Format and `more_formats`.
CLI::App& add_command(CLI::App& parent, Settings& settings, const std::string& name, const std::string& description,
                      const std::string& example, const std::vector<std::string>& more_formats = {});

/// A check of an option: what is wrong with a number of rows or steps, or nothing.
std::string count_complaint(const std::string& word);

/// The store that --store or the environment names; throws Error(not_found) that says where it was looked for.
std::filesystem::path find_store(const Settings& settings);

/// What --format names.
Format format_of(const Settings& settings);

/// Opens that store for reading.
Query open_query(const Settings& settings);

void add_lists(CLI::App& query, Settings& settings);
void add_lineage(CLI::App& query, Settings& settings);
void add_walk(CLI::App& query, Settings& settings);
void add_common_ancestor(CLI::App& query, Settings& settings);
void add_uses_column(CLI::App& query, Settings& settings);
void add_questions(CLI::App& query, Settings& settings);
void add_pipeline(CLI::App& query, Settings& settings);
void add_confidence_intervals(CLI::App& query, Settings& settings);
void add_note(CLI::App& app, Settings& settings);
void add_compare(CLI::App& query, Settings& settings);
void add_explain(CLI::App& query, Settings& settings);
void add_alarms(CLI::App& query, Settings& settings);
void add_show(CLI::App& app, Settings& settings);
void add_export(CLI::App& app, Settings& settings);
void add_import(CLI::App& app, Settings& settings);
void add_schema(CLI::App& app);
void add_completion(CLI::App& app, const Settings& settings);
void add_doctor(CLI::App& app, Settings& settings);
void add_verify(CLI::App& app, Settings& settings);

}  // namespace mltrack::cli
