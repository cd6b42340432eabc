#include <iostream>
#include <mltrack/mltrack.hpp>
#include <vector>

int main(int, char** argv) {
  auto tracker = mltrack::Tracker::open(argv[1]);
  auto run = tracker.start_run({.project = "consumer", .experiment = "build"});
  const std::vector<double> weights{2.5, 3.5, 5.0, 7.25};
  const mltrack::Numbers values{.data = weights.data(), .rows = weights.size()};
  const auto train = run.log_dataset({.name = "train", .columns = {{.values = values, .name = "weight"}}});
  const auto model = run.log_fit(
      {.estimator = "consumer::Mean", .params = {{"shrink", 0.5}}, .inputs = {{.slot = "X", .node = train}}});
  run.finish();
  for (const auto& node : tracker.query().ancestors(model.str()).nodes) {
    std::cout << to_string(node.kind) << ' ' << node.op.value_or(node.name.value_or("?")) << '\n';
  }
}
