// Writes calls, metrics and batches to the store named on the command line until it is killed, and acknowledges each
// commit on standard output: "R <run uid>", then "C <seq of a finished call's model>" and "P <step of a point>".

#include <cstdio>
#include <string>

#include <mltrack/mltrack.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  mltrack::Tracker tracker = mltrack::Tracker::open(argv[1]);
  mltrack::Run run = tracker.start_run({.project = "faults"});
  std::setvbuf(stdout, nullptr, _IOLBF, 256);
  std::printf("R %s\n", run.uid().str().c_str());
  for (std::int64_t i = 0;; ++i) {
    mltrack::Call fit = run.begin_fit({.estimator = "Estimator", .params = {{"i", i}}});
    const mltrack::NodeRef model = fit.end();
    std::printf("C %lld\n", static_cast<long long>(model.seq));
    run.log_metric("loss", static_cast<double>(i), {.step = i});
    std::printf("P %lld\n", static_cast<long long>(i));
  }
}
