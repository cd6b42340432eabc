// One fit, recorded: the mean of four numbers as the smallest model there is.
#include <iostream>
#include <numeric>
#include <vector>

#include <mltrack/mltrack.hpp>

int main() {
  const std::vector<double> heights{1.62, 1.75, 1.81, 1.58};

  auto tracker = mltrack::Tracker::open("minimal.db");
  auto run = tracker.start_run({.project = "minimal"});
  const auto data = run.log_dataset({.name = "heights", .columns = {mltrack::column("height", heights)}});

  auto fit = run.begin_fit({.estimator = "mean", .inputs = {{"X", data}}});
  const double mean = std::accumulate(heights.begin(), heights.end(), 0.0) / static_cast<double>(heights.size());
  const auto model = fit.end();
  run.log_metric("mean", mean, {.subject = model});

  for (const auto& node : tracker.query().ancestors(model).nodes)
    std::cout << node.ref << ' ' << to_string(node.kind) << ' ' << node.name.value_or("") << '\n';
}
