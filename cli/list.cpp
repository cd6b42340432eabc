#include "command.hpp"

namespace mltrack::cli {
namespace {

using List = std::vector<Node> (Query::*)(const Select&) const;

constexpr std::size_t shown_unless_told = 100;

struct Options {
  std::string where;
  std::string order_by;
  std::size_t limit = shown_unless_told;
};

void list(const Settings& settings, const Options& options, List nodes_of) {
  Select select{.where = options.where, .order_by = options.order_by, .limit = options.limit};
  if (options.limit > 0) ++*select.limit;
  auto nodes = (open_query(settings).*nodes_of)(select);
  const bool more = options.limit > 0 && nodes.size() > options.limit;
  if (more) nodes.pop_back();
  write(nodes_text(nodes, format_of(settings)));
  if (more) remark("only the first " + std::to_string(options.limit) + " are shown; --limit 0 shows all");
  if (nodes.empty()) remark("nothing fits");
}

void add_list(CLI::App& query, Settings& settings, const std::string& name, const std::string& description,
              const std::string& example, List nodes_of) {
  auto& command = add_command(query, settings, name, description, example);
  auto options = std::make_shared<Options>();
  command.add_option("--where", options->where, "Only those for which this holds; docs/cli.md has the language")
      ->type_name("FILTER");
  command
      .add_option("--order-by", options->order_by,
                  "A field, with desc behind it to turn it round; newest first unless given")
      ->type_name("FIELD");
  command.add_option("--limit", options->limit, "How many at most; 0 for all; 100 unless given")
      ->type_name("N")
      ->check(count_complaint);
  command.callback([&settings, options, nodes_of] { list(settings, *options, nodes_of); });
}

}  // namespace

void add_lists(CLI::App& query, Settings& settings) {
  add_list(query, settings, "projects", "Lists projects", "mltrack query projects", &Query::projects);
  add_list(query, settings, "experiments", "Lists experiments",
           "mltrack query experiments --where \"project = 'penguins'\"", &Query::experiments);
  add_list(query, settings, "runs", "Lists runs", "mltrack query runs --where \"status = 'failed'\" --order-by started",
           &Query::runs);
  add_list(query, settings, "models", "Lists models",
           "mltrack query models --where \"metrics.accuracy > 0.9 and params.C >= 1 and derived_from('penguins.csv')\"",
           &Query::models);
  add_list(query, settings, "datasets", "Lists datasets",
           "mltrack query datasets --where \"derived_from('penguins.csv')\" --format csv", &Query::datasets);
  add_list(query, settings, "calls", "Lists calls, the operations inside runs",
           "mltrack query calls --where \"op = 'fit' and estimator = 'LogisticRegression'\"", &Query::calls);
  add_list(query, settings, "artifacts", "Lists files that were read or kept", "mltrack query artifacts --limit 0",
           &Query::artifacts);
}

}  // namespace mltrack::cli
