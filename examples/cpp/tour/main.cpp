// The code of docs/cpp.md, in its order. Usage: tour FILE.csv, in an empty folder.
#include <cassert>
#include <iostream>
#include <string_view>
#include <thread>
#include <vector>

#include <mltrack/mltrack.hpp>

namespace {

mltrack::Tracker open_store() {
  auto tracker = mltrack::Tracker::open("experiments.db");
  std::cout << tracker.path().filename().string() << ", schema " << mltrack::schema_version() << '\n';
  return tracker;
}

void log_to_a_run(mltrack::Tracker& tracker, const std::string& csv) {
  auto run = tracker.start_run({.project = "tour", .experiment = "first", .tags = {{"stage", "draft"}}});
  run.log_params({{"epochs", 3}, {"optimizer", "sgd"}, {"seed", nullptr}});
  run.log_artifact({.path = csv, .media_type = "text/csv"});
  for (const double loss : {0.9, 0.4, 0.2}) run.log_metric("loss", loss);  // steps 0, 1, 2
  run.set_tag("stage", "final");
  run.log_note("the first run");
  run.finish();
}

void log_many_points(mltrack::Run& run) {
  auto batch = run.batch();
  for (int step = 0; step < 1000; ++step) batch.log_metric("loss", 1.0 / (1 + step), {.step = step});
}

std::vector<mltrack::ColumnView> describe(const std::vector<double>& bills,
                                          const std::vector<std::string_view>& species) {
  return {mltrack::column("bill", bills), mltrack::column("species", species)};
}

void digest_in_place() {
  const std::vector<float> by_row{1, 10, 2, 20, 3, 30};
  const mltrack::Matrix matrix{.data = by_row.data(),
                               .rows = 3,
                               .columns = 2,
                               .scalar = mltrack::Scalar::float32,
                               .row_stride_bytes = 2 * sizeof(float),
                               .column_stride_bytes = sizeof(float)};
  const std::vector<double> first{1, 2, 3}, second{10, 20, 30};
  const mltrack::DatasetDigest a = mltrack::digest({.matrix = matrix});
  const mltrack::DatasetDigest b =
      mltrack::digest({.columns = {{.values = mltrack::Numbers{.data = first.data(), .rows = 3}},
                                   {.values = mltrack::Numbers{.data = second.data(), .rows = 3}}}});
  std::cout << (a.values == b.values ? "equal" : "different") << " values: " << a.values.hex() << '\n';
}

mltrack::NodeRef record_calls(mltrack::Run& run, const std::string& csv) {
  const std::vector<double> bills{39.1, 39.5, 40.3, 46.5, 50.0, 51.3};
  const std::vector<std::string_view> species{"Adelie", "Adelie", "Adelie", "Chinstrap", "Chinstrap", "Chinstrap"};
  const auto columns = describe(bills, species);
  const auto data = run.log_read(csv, {.name = "six penguins", .columns = columns});

  auto fit = run.begin_fit({.estimator = "threshold", .params = {{"column", "bill"}}, .inputs = {{"X", data}}});
  const double limit = (40.3 + 46.5) / 2;
  const auto model = fit.end();

  auto score = run.begin_score({.estimator = "threshold", .inputs = {{"model", model}, {"X", data}}});
  double right = 0;
  for (std::size_t i = 0; i < bills.size(); ++i) right += (bills[i] < limit) == (species[i] == "Adelie");
  score.end({.metrics = {{.name = "accuracy", .value = right / 6}}});
  return model;
}

void fail_a_call(mltrack::Run& run) {
  try {
    auto fit = run.begin_fit({.estimator = "threshold"});
    throw std::runtime_error("no data");  // `fit` is left without an end and stored as failed
  } catch (const std::exception& error) {
    run.log_note(error.what());
  }
}

void nest_calls(mltrack::Run& run) {
  auto outer = run.begin({.estimator = "pipeline", .op = "fit"});
  auto inner = run.begin_fit({.estimator = "scaler", .parent = outer.ref()});
  const auto scaler = inner.end();
  outer.end({.outputs = {{.slot = "model",
                          .kind = mltrack::Kind::model,
                          .type = "pipeline",
                          .sources = {{scaler, "object", "step:scaler"}}}}});
}

void ask(const mltrack::Tracker& tracker, mltrack::NodeRef model) {
  const mltrack::Query query = tracker.query();
  for (const mltrack::Node& node : query.models({.where = "metrics.accuracy > 0.9", .order_by = "started desc"}))
    std::cout << to_string(node.kind) << ' ' << node.type.value_or("") << ' ' << node.metrics.front().value << '\n';
  const mltrack::Lineage lineage = query.ancestors(model);
  for (const mltrack::Node& node : lineage.nodes)
    std::cout << to_string(node.kind) << ' ' << node.op.value_or(node.name.value_or("")) << '\n';
  for (const mltrack::Edge& edge : lineage.edges)
    std::cout << edge.slot << ' ' << edge.via.value_or("(output)") << '\n';
}

void handle_errors(const mltrack::Tracker& tracker) {
  try {
    tracker.query().runs({.where = "colour = 'red'"});
  } catch (const mltrack::Error& error) {
    assert(error.code() == mltrack::ErrorCode::bad_filter);
    std::cout << to_string(error.code()) << '\n';
  }
}

void go_on_elsewhere(mltrack::Tracker& tracker) {
  auto run = tracker.start_run({.project = "tour"});
  const mltrack::Uid uid = run.uid();
  run.detach();  // it stays running; another process may attach to it by its uid

  std::thread worker([&tracker, uid] { tracker.attach(uid).log_metric("loss", 0.1); });
  worker.join();
}

void examine_the_store(mltrack::Tracker& tracker) {
  tracker.backup("copy.db");
  const mltrack::Health health = mltrack::examine("copy.db");
  std::cout << health.counts.at("run") << " runs, " << health.problems.size() << " problems\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto tracker = open_store();
  log_to_a_run(tracker, argv[1]);
  digest_in_place();
  auto run = tracker.start_run({.project = "tour", .experiment = "second"});
  log_many_points(run);
  const auto model = record_calls(run, argv[1]);
  fail_a_call(run);
  nest_calls(run);
  run.finish();
  ask(tracker, model);
  handle_errors(tracker);
  go_on_elsewhere(tracker);
  examine_the_store(tracker);
}
