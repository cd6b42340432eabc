#include <mltrack/error.hpp>

#include "command.hpp"
#include "csv_data.hpp"

namespace mltrack::cli {
namespace {

struct Options {
  std::string ref;
  std::string data;
  std::string target;
  double level = 0.95;
};

Table from_file(const Query& query, const Options& options) {
  CsvData file(options.data);
  TrainingData data;
  const Table features = query.features(options.ref);
  for (std::size_t row = 0; row < features.rows(); ++row)
    data.X.columns.push_back(file.column(std::get<std::string>(features.columns[1].cell(row))));
  if (!options.target.empty()) data.y.columns.push_back(file.column(options.target));
  return query.confidence_intervals(options.ref, data, options.level);
}

}  // namespace

void add_confidence_intervals(CLI::App& query, Settings& settings) {
  auto& command = add_command(query, settings, "confidence-intervals",
                              "Gives intervals of the coefficients of a linear or logistic model",
                              "mltrack query confidence-intervals 3f9c2e1a:10 --data train.csv --target species");
  auto options = std::make_shared<Options>();
  command.add_option("REF", options->ref, "A model, or a run that made one")->required();
  command
      .add_option("--data", options->data,
                  "The data that it was fitted on, with headings; not needed where the fit kept what is needed")
      ->type_name("FILE.csv");
  command.add_option("--target", options->target, "The heading of the target in that file")->type_name("NAME");
  command.add_option("--level", options->level, "How sure to be, between 0 and 1; 0.95 unless given")
      ->type_name("LEVEL");
  command.callback([&settings, options] {
    const Query asked = open_query(settings);
    write(options->data.empty() ? asked.confidence_intervals(options->ref, options->level) : from_file(asked, *options),
          format_of(settings));
  });
}

}  // namespace mltrack::cli
