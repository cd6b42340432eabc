#include <mltrack/store.hpp>

#include "command.hpp"

namespace mltrack::cli {

void add_schema(CLI::App& app) {
  auto& command = *app.add_subcommand("schema", "Prints the SQL that makes a store, with a sentence for every column");
  command.footer("Example:\n  mltrack schema | less");
  command.callback([] { write(schema_sql()); });
}

}  // namespace mltrack::cli
