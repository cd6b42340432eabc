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
  command.add_option("--where", chosen->where, "Those models for which this holds; docs/filter.md has the language")
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

/// The model that a question is about.
std::shared_ptr<std::string> add_model(CLI::App& command) {
  auto ref = std::make_shared<std::string>();
  command.add_option("REF", *ref, "A model, or a run that made one")->required();
  return ref;
}

void add_features(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "features", "Lists the columns that a model was fitted on",
                              "mltrack query features 3f9c2e1a:10 --original");
  const auto ref = add_model(command);
  auto original = std::make_shared<bool>(false);
  command.add_flag("--original", *original, "Those of the files and sources that they were made of");
  command.callback([&settings, ref, original] {
    answer(settings, open_query(settings).features(*ref, *original), "its columns were not recorded");
  });
}

void add_similar(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "similar",
                              "Lists the models of the same problem type, nearest in parameters, features and metrics",
                              "mltrack query similar 3f9c2e1a:10 --limit 3");
  const auto ref = add_model(command);
  auto limit = std::make_shared<std::optional<std::size_t>>();
  command.add_option("--limit", *limit, "How many at most; 0 for all; 10 unless given")
      ->type_name("N")
      ->check(count_complaint);
  command.callback([&settings, ref, limit] {
    answer(settings, open_query(settings).similar(*ref, *limit), "there is no other model of its problem type");
  });
}

void add_importances(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "importances", "Lists the features of a model by importance",
                              "mltrack query importances 3f9c2e1a:10");
  const auto ref = add_model(command);
  command.callback(
      [&settings, ref] { answer(settings, open_query(settings).importances(*ref), "it has no features"); });
}

void add_rank(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "rank", "Lists models by a metric, best first",
                              "mltrack query rank --metric accuracy --on test");
  auto ranking = std::make_shared<Ranking>();
  command.add_option("--metric", ranking->metric, "The metric's name")->required();
  command
      .add_option("--on", ranking->on,
                  "Measured on what came out of a split as train, test or validation, or on one dataset")
      ->type_name("ROLE|REF");
  command.add_flag("--smallest-first", ranking->smallest_first, "The smallest value is the best one");
  command.add_option("--limit", ranking->limit, "How many at most; 0 for all; all unless given")
      ->type_name("N")
      ->check(count_complaint);
  const auto chosen = add_choice(command);
  command.callback([&settings, ranking, chosen] {
    ranking->models = chosen->models();
    answer(settings, open_query(settings).rank(*ranking), "no model fits");
  });
}

}  // namespace

void add_questions(CLI::App& query, Settings& settings) {
  add_of_models(query, settings, "training-rows", "Tells how many rows each model was fitted on",
                "mltrack query training-rows --where \"estimator = 'LogisticRegression'\"", &Query::training_rows);
  add_of_models(query, settings, "convergence", "Tells how many iterations models took, and whether they converged",
                "mltrack query convergence 3f9c", &Query::convergence);
  add_of_models(query, settings, "problem-types", "Groups models by problem type", "mltrack query problem-types",
                &Query::problem_types);
  add_features(query, settings);
  add_similar(query, settings);
  add_importances(query, settings);
  add_rank(query, settings);
  auto& overview = add_command(query, settings, "overview", "Counts what is in each project", "mltrack query overview");
  overview.callback([&settings] { answer(settings, open_query(settings).overview(), "there is no project"); });
}

}  // namespace mltrack::cli
