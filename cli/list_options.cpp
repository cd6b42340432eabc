#include "list_options.hpp"

#include "command.hpp"

namespace mltrack::cli {

void add_list_options(CLI::App& command, ListOptions& options, const std::string& where) {
  command.add_option("--where", options.where, where)->type_name("FILTER");
  command
      .add_option("--order-by", options.order_by,
                  "Fields, with commas between them and desc behind one to turn it round; newest first unless given")
      ->type_name("FIELDS");
  command.add_option("--select", options.fields, "The columns, with commas between them: fields, params.C, metrics.f1")
      ->type_name("FIELDS");
  command.add_option("--after", options.after, "Goes on where a page ended: what its remark said")->type_name("PLACE");
  command.add_option("--limit", options.limit, "How many at most; 0 for all; 100 unless given")
      ->type_name("N")
      ->check(count_complaint);
}

void say_more(std::size_t shown, const std::optional<std::string>& next) {
  if (next)
    remark("only the first " + std::to_string(shown) + " are shown; --limit 0 shows all, --after " + *next +
           " goes on from here");
}

}  // namespace mltrack::cli
