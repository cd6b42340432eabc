#include "command.hpp"

namespace mltrack::cli {
namespace {

using OfModels = Table (Query::*)(const Models&) const;

struct Chosen {
  std::vector<std::string> refs;
  std::string where;

  Models models() const { return {{refs.begin(), refs.end()}, where}; }
};

/// The models that a question is about: those named, those for which --where holds, else all.
std::shared_ptr<Chosen> add_choice(CLI::App& command) {
  auto chosen = std::make_shared<Chosen>();
  command.add_option("REF", chosen->refs, "Models, or runs for the models they made; all unless given");
  command.add_option("--where", chosen->where, "Those models for which this holds; docs/cli.md has the language")
      ->type_name("FILTER");
  return chosen;
}

void answer(const Settings& settings, const Table& table, const char* when_empty) {
  write(table, format_of(settings));
  if (table.rows() == 0) remark(when_empty);
}

void add_of_models(CLI::App& query, Settings& settings, const std::string& name, const std::string& description,
                   const std::string& example, OfModels question) {
  auto& command = add_command(query, settings, name, description, example);
  const auto chosen = add_choice(command);
  command.callback([&settings, chosen, question] {
    answer(settings, (open_query(settings).*question)(chosen->models()), "no model fits");
  });
}

}  // namespace

void add_questions(CLI::App& query, Settings& settings) {
  add_of_models(query, settings, "training-rows", "Tells how many rows each model was fitted on",
                "mltrack query training-rows --where \"estimator = 'LogisticRegression'\"", &Query::training_rows);
}

}  // namespace mltrack::cli
