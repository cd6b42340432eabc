#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace mltrack::cli {

/// What every list may be told.
struct ListOptions {
  std::string where;
  std::string order_by;
  std::string after;
  std::string fields;
  std::size_t limit = 100;
};

/// Adds them to a command; `where` describes its --where.
void add_list_options(CLI::App& command, ListOptions& options, const std::string& where);

/// What a list that was cut leaves unsaid.
void say_more(std::size_t shown, const std::optional<std::string>& next);

}  // namespace mltrack::cli
