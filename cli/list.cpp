#include "command.hpp"
#include "list_options.hpp"

namespace mltrack::cli {
namespace {

void list(const Settings& settings, const ListOptions& options, Kind kind) {
  Select select{.where = options.where, .order_by = options.order_by, .limit = options.limit, .after = options.after};
  const Query query = open_query(settings);
  if (options.fields.empty()) {
    const Page page = query.page(kind, select);
    write(nodes_text(page.nodes, format_of(settings)));
    say_more(page.nodes.size(), page.next);
    if (page.nodes.empty()) remark("nothing fits");
    return;
  }
  select.fields = {options.fields};
  const Table table = query.table(kind, select);
  write(rows_text(table, format_of(settings)));
  say_more(table.rows(), table.next);
  if (table.rows() == 0) remark("nothing fits");
}

void add_list(CLI::App& query, Settings& settings, const std::string& name, const std::string& description,
              const std::string& example, Kind kind) {
  auto& command = add_command(query, settings, name, description, example);
  auto options = std::make_shared<ListOptions>();
  add_list_options(command, *options, "Only those for which this holds; docs/filter.md has the language");
  command.callback([&settings, options, kind] { list(settings, *options, kind); });
}

}  // namespace

void add_lists(CLI::App& query, Settings& settings) {
  add_list(query, settings, "projects", "Lists projects", "mltrack query projects", Kind::project);
  add_list(query, settings, "experiments", "Lists experiments",
           "mltrack query experiments --where \"project = 'penguins'\"", Kind::experiment);
  add_list(query, settings, "runs", "Lists runs", "mltrack query runs --where \"status = 'failed'\" --order-by started",
           Kind::run);
  add_list(query, settings, "models", "Lists models",
           "mltrack query models --where \"metrics.accuracy > 0.9 and params.C >= 1 and derived_from('penguins.csv')\"",
           Kind::model);
  add_list(query, settings, "datasets", "Lists datasets",
           "mltrack query datasets --where \"derived_from('penguins.csv')\" --format csv", Kind::dataset);
  add_list(query, settings, "calls", "Lists calls, the operations inside runs",
           "mltrack query calls --where \"op = 'fit' and estimator = 'LogisticRegression'\"", Kind::call);
  add_list(query, settings, "artifacts", "Lists files that were read or kept", "mltrack query artifacts --limit 0",
           Kind::artifact);
}

}  // namespace mltrack::cli
