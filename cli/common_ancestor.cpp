#include "command.hpp"

namespace mltrack::cli {

void add_common_ancestor(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "common-ancestor", "Lists the nearest nodes that both come from",
                              "mltrack query common-ancestor 3f9c2e1a:17 81d00b52:9");
  auto refs = std::make_shared<std::pair<std::string, std::string>>();
  command.add_option("A", refs->first, "A reference")->required();
  command.add_option("B", refs->second, "Another one")->required();
  command.callback([&settings, refs] {
    const auto nodes = open_query(settings).common_ancestor(refs->first, refs->second);
    write(nodes_text(nodes, format_of(settings)));
    if (nodes.empty()) remark("they have no common ancestor");
  });
}

}  // namespace mltrack::cli
