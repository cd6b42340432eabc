// What a recorded call, a metric and a batched point cost against the same rows written by bare SQLite: the same
// schema, pragmas, number of transactions and prepared statements, with every id known in advance.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <mltrack/mltrack.hpp>

#include "sqlite/connection.hpp"

namespace {

namespace fs = std::filesystem;
using mltrack::sqlite::Connection;
using mltrack::sqlite::Mode;
using mltrack::sqlite::Transaction;

struct Folder {
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path path = fs::temp_directory_path() / ("mltrack-bench-" + mltrack::Uid::random().str());
};

double now_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// Runs both in turn, in blocks, so that a machine that changes speed changes it for both. Medians in us per
/// repetition.
std::pair<double, double> pair_up(int blocks, int per_block, const std::function<void(int)>& a,
                                  const std::function<void(int)>& b) {
  std::vector<double> times_a, times_b;
  const auto timed = [&](const std::function<void(int)>& work, int block) {
    const double begin = now_us();
    for (int i = 0; i < per_block; ++i) work(block * per_block + i);
    return (now_us() - begin) / per_block;
  };
  for (int block = 0; block < blocks; ++block) {
    times_a.push_back(timed(a, block));
    times_b.push_back(timed(b, block));
  }
  return {median(times_a), median(times_b)};
}

void print(const std::string& what, double ours, double reference, const char* unit, const char* bar,
           bool rate = false) {
  const double ratio = rate ? reference / ours : ours / reference;
  std::printf("%s\t%.2f %s\t%.2f %s\t%.2f\t%s\n", what.c_str(), ours, unit, reference, unit, ratio, bar);
}

/// The reference: bare SQLite on a store of its own, with the pragmas mltrack uses.
class Bare {
 public:
  explicit Bare(const fs::path& path) {
    mltrack::Tracker tracker = mltrack::Tracker::open(path);
    mltrack::Run run = tracker.start_run();
    run.log_metric("loss", 0);
    run.log_params(params(0));
    train = tracker_id(path, run.log_node({.type = "float", .name = "train"}));
    labels = tracker_id(path, run.log_node({.type = "int", .name = "labels"}));
    run.log_fit({.estimator = "bench.Estimator", .params = params(0)});
    run.detach();
    tracker.close();
    connection = std::make_unique<Connection>(path, Mode::write, 1000);
    connection->script(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;"
        "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 8000");
    run_id = connection->integer("SELECT id FROM run").value();
    spec = connection->integer("SELECT id FROM content WHERE kind = 'spec'").value();
    name = connection->integer("SELECT id FROM name WHERE text = 'loss'").value();
    metric = connection->integer("SELECT id FROM metric").value();
    node = connection->integer("SELECT max(id) FROM node").value();
    seq = connection->integer("SELECT max(seq) FROM node").value();
    auto select = connection->prepare("SELECT n.id FROM name n WHERE n.text GLOB 'param_*' ORDER BY n.text");
    while (select.step()) param_names.push_back(select.integer(0));
  }

  static mltrack::Params params(int seed) {
    mltrack::Params values;
    for (int i = 0; i < 20; ++i) values["param_" + std::to_string(100 + i)] = seed + i * 0.5;
    return values;
  }

  void begin_rows(int i, bool new_spec) {
    std::int64_t used = spec;
    if (new_spec) {
      connection->run("INSERT INTO content (digest, kind, bytes, seen_us) VALUES (?, 'spec', NULL, 1)", digest("s", i));
      used = connection->last_id();
      for (std::size_t p = 0; p < param_names.size(); ++p)
        connection->run("INSERT INTO param (spec, name, type, value, exact) VALUES (?, ?, 'float', ?, NULL)", used,
                        param_names[p], i + static_cast<double>(p) * 0.5);
    }
    insert_node("call");
    connection->run(
        "INSERT INTO call (id, op, spec, parent, status, started_us, source) VALUES (?, ?, ?, NULL, 'running', 1, "
        "NULL)",
        node, name, used);
    edge(train);
    edge(labels);
  }

  void end_rows(int i) {
    const std::int64_t call = node;
    connection->run("INSERT INTO content (digest, kind, bytes, seen_us) VALUES (?, 'model', NULL, 1)", digest("m", i));
    insert_node("model", connection->last_id());
    edge(call);
    connection->run("UPDATE call SET status = 'finished', took_us = 1, overhead_us = 0 WHERE id = ?", call);
  }

  void insert_node(const char* kind, std::optional<std::int64_t> content = {}) {
    connection->run("INSERT INTO node (run, seq, kind, type, name, content, made) VALUES (?, ?, ?, ?, NULL, ?, ?)",
                    run_id, ++seq, kind, name, content, content.has_value());
    node = connection->last_id();
  }

  void edge(std::int64_t src) {
    connection->run("INSERT INTO edge (dst, src, slot, via) VALUES (?, ?, ?, ?)", node, src, name, name);
  }

  void point(std::int64_t step) {
    connection->run("INSERT INTO point (metric, step, nth, value, at_us) VALUES (?, ?, 0, ?, 1700000000000000)", metric,
                    step, 0.123 * static_cast<double>(step));
  }

  template <class Body>
  void transaction(Body&& body) {
    Transaction change(*connection, Transaction::Type::write);
    body();
    change.commit();
  }

  static mltrack::Digest digest(const char* kind, int i) {
    return mltrack::digest_bytes(kind, {reinterpret_cast<const std::uint8_t*>(&i), sizeof i});
  }

  std::unique_ptr<Connection> connection;
  std::int64_t run_id = 0, spec = 0, name = 0, metric = 0, node = 0, seq = 0, train = 0, labels = 0;
  std::vector<std::int64_t> param_names;

 private:
  static std::int64_t tracker_id(const fs::path& path, const mltrack::NodeRef& ref) {
    Connection reader(path, Mode::read, 1000);
    return reader.integer("SELECT id FROM node WHERE seq = ?", ref.seq).value();
  }
};

void bench_calls(const Folder& folder) {
  mltrack::Tracker tracker = mltrack::Tracker::open(folder.path / "calls.db");
  mltrack::Run run = tracker.start_run();
  const mltrack::NodeRef train = run.log_node({.type = "float", .name = "train"});
  const mltrack::NodeRef labels = run.log_node({.type = "int", .name = "labels"});
  Bare bare(folder.path / "bare.db");
  const auto info = [&](int i) {
    return mltrack::CallInfo{
        .estimator = "bench.Estimator", .params = Bare::params(i), .inputs = {{"X", train}, {"y", labels}}};
  };
  int unique = 0;
  for (const bool new_spec : {false, true}) {
    const std::string spec = new_spec ? "new spec of 20 parameters" : "known spec of 20 parameters";
    const auto log = pair_up(
        40, 50,
        [&](int) {
          ++unique;
          run.log_fit(info(new_spec ? unique : 0), {.model_digest = Bare::digest("m", unique)});
        },
        [&](int) {
          ++unique;
          bare.transaction([&] {
            bare.begin_rows(unique, new_spec);
            bare.end_rows(unique);
          });
        });
    print("C++ log_fit, " + spec, log.first, log.second, "us", "<= 2");
    const auto two = pair_up(
        40, 50,
        [&](int) {
          ++unique;
          auto fit = run.begin_fit(info(new_spec ? unique : 0));
          fit.end({.model_digest = Bare::digest("m", unique)});
        },
        [&](int) {
          ++unique;
          bare.transaction([&] { bare.begin_rows(unique, new_spec); });
          bare.transaction([&] { bare.end_rows(unique); });
        });
    print("C++ begin_fit + end, " + spec, two.first, two.second, "us", "<= 2");
  }
}

void bench_metrics(const Folder& folder) {
  mltrack::Tracker tracker = mltrack::Tracker::open(folder.path / "metrics.db");
  mltrack::Run run = tracker.start_run();
  Bare bare(folder.path / "bare-metrics.db");
  std::int64_t step = 0;
  const auto single = pair_up(
      40, 100, [&](int) { run.log_metric("loss", 0.1); }, [&](int) { bare.transaction([&] { bare.point(++step); }); });
  print("log_metric, one point a commit", single.first, single.second, "us", "<= 2");

  constexpr int batch_size = 500;
  std::int64_t ours = 0;
  const auto batched = pair_up(
      40, 4,
      [&](int) {
        mltrack::Batch batch = run.batch();
        for (int i = 0; i < batch_size; ++i)
          batch.log_metric("batched", 0.123 * static_cast<double>(i), {.step = ++ours});
      },
      [&](int) {
        bare.transaction([&] {
          for (int i = 0; i < batch_size; ++i) bare.point(++step);
        });
      });
  print("batched points, per 500 (ratio of rates)", batched.first, batched.second, "us", ">= 0.7", true);
}

void bench_size(const Folder& folder) {
  const fs::path path = folder.path / "size.db";
  constexpr int points = 100'000;
  const auto size_after = [&](int count) {
    mltrack::Tracker tracker = mltrack::Tracker::open(path);
    mltrack::Run run = tracker.start_run();
    {
      mltrack::Batch batch = run.batch();
      for (int i = 0; i < count; ++i) batch.log_metric("loss", 1.0 / (i + 1));
    }
    run.finish();
    tracker.close();
    return static_cast<double>(fs::file_size(path));
  };
  const double before = size_after(1);
  std::printf("disk space a point\t%.1f B\t-\t-\t<= 40 B\n", (size_after(points) - before) / points);
}

}  // namespace

int main() {
  const Folder folder;
  bench_calls(folder);
  bench_metrics(folder);
  bench_size(folder);
}
