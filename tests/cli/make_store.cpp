// Makes the store that the transcripts in tests/cli and docs/cli.md ask: make_store STORE, beside a penguins.csv.
#include <mltrack/mltrack.hpp>
#include <vector>

namespace {

using mltrack::Flow;
using mltrack::Numbers;

struct Table {
  std::vector<double> bill{39.1, 39.5, 40.3, 36.7, 46.1, 50.0, 48.7, 50.5};
  std::vector<double> body{3750, 3800, 3250, 3450, 4500, 5700, 4450, 5550};
  std::vector<double> species{0, 0, 0, 0, 1, 1, 1, 1};

  static mltrack::ColumnView column(const char* name, const std::vector<double>& values, std::size_t first,
                                    std::size_t rows) {
    return {.values = Numbers{.data = values.data() + first, .rows = rows}, .name = name};
  }

  Flow features(const char* slot, std::size_t first, std::size_t rows) const {
    const auto data =
        mltrack::digest({.columns = {column("bill", bill, first, rows), column("body", body, first, rows)}});
    return {.slot = slot, .type = "float", .data = std::make_shared<mltrack::DatasetDigest>(data)};
  }

  Flow labels(const char* slot, std::size_t first, std::size_t rows) const {
    const auto data = mltrack::digest({.columns = {column("species", species, first, rows)}});
    return {.slot = slot, .type = "float", .data = std::make_shared<mltrack::DatasetDigest>(data)};
  }
};

Flow known(const char* slot, const mltrack::NodeRef& node) { return {.slot = slot, .node = node}; }

mltrack::NodeRef read(mltrack::Run& run, const Table& table) {
  return run.log_read("penguins.csv",
                      {.name = "penguins",
                       .columns = {Table::column("bill", table.bill, 0, 8), Table::column("body", table.body, 0, 8),
                                   Table::column("species", table.species, 0, 8)}});
}

void python_like(mltrack::Tracker& tracker, const Table& table) {
  auto run = tracker.start_run(
      {.project = "penguins", .experiment = "baseline", .name = "first", .tags = {{"stage", "demo"}}});
  run.log_params({{"seed", 7}, {"fast", false}});
  auto split = run.begin_split({.estimator = "sklearn.model_selection.train_test_split",
                                .params = {{"random_state", 0}},
                                .inputs = {known("array[0]", read(run, table))}});
  split.end({.outputs = {table.features("X_train", 0, 6), table.labels("y_train", 0, 6), table.features("X_test", 6, 2),
                         table.labels("y_test", 6, 2)},
             .took_us = 1250,
             .overhead_us = 210});
  const auto parts = split.outputs();
  auto fit = run.begin_fit({.estimator = "sklearn.linear_model.LogisticRegression",
                            .params = {{"C", 2.0}, {"penalty", "l2"}, {"random_state", nullptr}},
                            .inputs = {known("X", parts[0]), known("y", parts[1])},
                            .name = "species"});
  const auto model = fit.end({.took_us = 3400000, .overhead_us = 190});
  auto score = run.begin_score({.estimator = "sklearn.linear_model.LogisticRegression",
                                .inputs = {known("model", model), known("X", parts[2]), known("y", parts[3])}});
  score.end({.metrics = {{.name = "accuracy", .value = 0.9375, .subject = model, .dataset = parts[2]}},
             .took_us = 830,
             .overhead_us = 95});
  run.log_note("kept as the reference", model, "the author");
  run.finish();
}

void native(mltrack::Tracker& tracker, const Table& table) {
  auto run = tracker.start_run({.project = "penguins", .experiment = "native", .name = "second"});
  const auto frame = read(run, table);
  const auto model = run.log_fit({.estimator = "dlib::svm_c_trainer<dlib::radial_basis_kernel<vector>>",
                                  .params = {{"C", 10.0}, {"gamma", 0.1}},
                                  .inputs = {known("X", frame)}},
                                 {.metrics = {{.name = "accuracy", .value = 1.0}}, .took_us = 64, .overhead_us = 12});
  run.log_metric("loss", 0.25, {.subject = model});
  run.finish();
}

void hostile(mltrack::Tracker& tracker) {
  auto run =
      tracker.start_run({.project = "odd", .experiment = "names", .name = "\x1b[31mred\x1b[0m\nsecond, \"line\""});
  run.set_tag("title", "\x1b]0;owned\x07\u202etxt.exe\u009b2J");
  run.log_metric("gap", std::numeric_limits<double>::quiet_NaN());
  run.finish(mltrack::RunStatus::failed);
}

}  // namespace

int main(int, char** argv) {
  auto tracker = mltrack::Tracker::open(argv[1]);
  const Table table;
  python_like(tracker, table);
  native(tracker, table);
  hostile(tracker);
}
