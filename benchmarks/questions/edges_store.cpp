// Makes a store with many edges for the questions to be timed on: edges_store FILE EDGES.
//
// Runs join three tables that earlier runs of their project published, most often popular ones (Zipf: the table of rank
// k with a probability of 1/k, sometimes any), transform the result twelve times, publish it, split it, fit four models
// on it and measure them. The first project has most of the runs. Rows are written in bulk: their ids are topological
// and their digests ascend, so every table is appended to; all indexes are those of the schema.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <mltrack/mltrack.hpp>

#include "sqlite/connection.hpp"

namespace {

using mltrack::sqlite::Blob;
using mltrack::sqlite::Connection;
using mltrack::sqlite::Mode;

constexpr int projects = 20;
constexpr double first_project = 0.53;  // of the runs
constexpr int joined = 3;
constexpr double any_table = 0.15;  // instead of a popular one
constexpr int transforms = 12;
constexpr int fits = 4;
constexpr int specs = 2'000;
constexpr int parameters = 20;
constexpr std::int64_t start_us = 1'700'000'000'000'000;
constexpr std::int64_t minute_us = 60'000'000;

/// A generator of the same numbers everywhere.
class Chance {
 public:
  /// In [0, 1).
  double real() { return static_cast<double>(numbers_() >> 11) * 0x1p-53; }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(real() * static_cast<double>(end)); }
  /// The number k below `end` with a probability of about 1/(k + 1).
  std::size_t zipf(std::size_t end) { return static_cast<std::size_t>(std::pow(static_cast<double>(end), real())) - 1; }
  std::uint64_t bits() { return numbers_(); }

 private:
  std::mt19937_64 numbers_{2026};
};

class Generator {
 public:
  Generator(const char* path, std::int64_t edges) : db_(path, Mode::write, 1000), wanted_(edges) {
    db_.script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
    take_indexes();
    experiment_ = db_.integer("SELECT id FROM experiment").value();
    node_ = db_.integer("SELECT max(id) FROM node").value();
    content_ = db_.integer("SELECT coalesce(max(id), 0) FROM content").value();
    for (int i = 0; i < specs; ++i) add_spec(i);
    published_.resize(projects);
  }

  void write() {
    begin_run("sources");
    for (auto& tables : published_) tables.push_back(dataset(std::nullopt));
    while (edges_ < wanted_) add_run();
    std::string indexes;
    for (const std::string& index : indexes_) indexes += index + ";";
    db_.script(indexes + "COMMIT; PRAGMA journal_mode = WAL");
    std::printf("%lld edges, %lld nodes, %lld runs\n", static_cast<long long>(edges_), static_cast<long long>(node_),
                static_cast<long long>(runs_));
  }

 private:
  /// An index is quicker made at the end than kept.
  void take_indexes() {
    auto select = db_.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL");
    std::string drop;
    while (select.step()) {
      indexes_.emplace_back(select.text(1));
      drop += "DROP INDEX " + std::string(select.text(0)) + ";";
    }
    select.reset();
    db_.script(drop);
  }

  std::int64_t name(const std::string& text) {
    db_.run("INSERT OR IGNORE INTO name (text) VALUES (?)", text);
    return db_.integer("SELECT id FROM name WHERE text = ?", text).value();
  }

  /// 16 bytes that ascend from call to call.
  std::array<std::uint8_t, 16> digest() {
    digest_ += 1 + (chance_.bits() >> 24);
    std::array<std::uint8_t, 16> bytes{};
    const std::uint64_t low = chance_.bits();
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(digest_ >> (56 - 8 * i));
      bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return bytes;
  }

  std::int64_t add_content(const char* kind, std::array<std::uint8_t, 16> bytes) {
    db_.run("INSERT INTO content VALUES (?, ?, ?, NULL, ?)", ++content_, Blob(bytes), kind, start_us);
    return content_;
  }

  void add_spec(int i) {
    const std::int64_t spec = add_content("spec", digest());
    for (int p = 0; p < parameters; ++p)
      db_.run("INSERT INTO param VALUES (?, ?, 'float', ?, NULL)", spec,
              name(std::string("p").append(std::to_string(p))), i * 0.25 + p);
    spec_.push_back(spec);
  }

  void add_node(const char* kind, std::int64_t type, std::optional<std::int64_t> content, bool made) {
    db_.run("INSERT INTO node VALUES (?, ?, ?, ?, ?, NULL, ?, ?)", ++node_, run_, seq_++, kind, type, content, made);
  }

  void add_edge(std::int64_t src, std::int64_t slot, std::optional<std::int64_t> via) {
    db_.run("INSERT INTO edge VALUES (?, ?, ?, ?)", node_, src, slot, via);
    ++edges_;
  }

  void begin_run(const std::string& name) {
    std::array<std::uint8_t, 16> uid{};
    for (std::uint8_t& byte : uid) byte = static_cast<std::uint8_t>(chance_.bits());
    run_ = node_ + 1;
    seq_ = 0;
    db_.run("INSERT INTO node VALUES (?, ?, 0, 'run', NULL, NULL, NULL, 0)", ++node_, run_);
    ++seq_;
    now_us_ += minute_us;
    db_.run(
        "INSERT INTO run (id, uid, experiment, name, status, started_us, ended_us) VALUES (?, ?, ?, ?, 'finished', "
        "?, ?)",
        run_, Blob(uid), experiment_, name, now_us_, now_us_ + minute_us);
    ++runs_;
  }

  std::int64_t dataset(std::optional<std::int64_t> maker) {
    const auto bytes = digest();
    const std::int64_t content = add_content("dataset", bytes);
    db_.run("INSERT INTO dataset VALUES (?, ?, 30, ?, NULL)", content, 1000 + content % 1000, Blob(bytes));
    add_node("dataset", float_, content, maker.has_value());
    if (maker) add_edge(*maker, output_, std::nullopt);
    return node_;
  }

  std::int64_t model(std::int64_t type, std::int64_t maker) {
    add_node("model", type, add_content("model", digest()), true);
    add_edge(maker, output_, std::nullopt);
    return node_;
  }

  std::int64_t call(std::int64_t op, std::int64_t type, std::optional<std::int64_t> spec) {
    add_node("call", type, std::nullopt, false);
    db_.run("INSERT INTO call VALUES (?, ?, ?, NULL, 'finished', ?, 1500, 80, NULL, NULL, 'train.py:31')", node_, op,
            spec, now_us_ += 1000);
    return node_;
  }

  std::int64_t popular_spec() { return spec_[chance_.zipf(spec_.size())]; }

  std::size_t project() {
    return chance_.real() < first_project ? 0 : 1 + chance_.zipf(static_cast<std::size_t>(projects - 1));
  }

  std::int64_t table(const std::vector<std::int64_t>& tables) {
    return tables[chance_.real() < any_table ? chance_.below(tables.size()) : chance_.zipf(tables.size())];
  }

  void add_run() {
    std::vector<std::int64_t>& tables = published_[project()];
    begin_run(std::string("run-").append(std::to_string(runs_)));
    std::array<std::int64_t, joined> inputs{};
    for (std::int64_t& input : inputs) input = table(tables);
    const std::int64_t join = call(join_, merge_, std::nullopt);
    for (std::size_t i = 0; i < inputs.size(); ++i) add_edge(inputs[i], frames_[i], object_);
    std::int64_t data = dataset(join);
    const std::int64_t target = dataset(join);
    for (int i = 0; i < transforms; ++i) {
      const std::int64_t step = call(transform_, scaler_, popular_spec());
      add_edge(data, x_, object_);
      data = dataset(step);
      model(scaler_, step);
    }
    tables.push_back(data);
    const std::int64_t split = call(split_, split_, std::nullopt);
    add_edge(data, x_, object_);
    add_edge(target, y_, object_);
    const std::int64_t train = dataset(split), test = dataset(split), y_train = dataset(split), y_test = dataset(split);
    for (int i = 0; i < fits; ++i) fit(train, test, y_train, y_test);
  }

  void fit(std::int64_t train, std::int64_t test, std::int64_t y_train, std::int64_t y_test) {
    const std::int64_t begun = call(fit_, forest_, popular_spec());
    add_edge(train, x_, object_);
    add_edge(y_train, y_, object_);
    const std::int64_t fitted = model(forest_, begun);
    const std::int64_t used = call(predict_, forest_, std::nullopt);
    add_edge(test, x_, object_);
    add_edge(fitted, model_, object_);
    const std::int64_t predicted = dataset(used);
    const std::int64_t measured = call(metric_, accuracy_, std::nullopt);
    add_edge(y_test, y_, object_);
    add_edge(predicted, x_, object_);
    db_.run("INSERT INTO metric (subject, name, dataset, call, value, points, at_us) VALUES (?, ?, ?, ?, ?, 1, ?)",
            fitted, accuracy_, test, measured, chance_.real(), now_us_);
  }

  Connection db_;
  Chance chance_{};
  std::int64_t wanted_;
  std::int64_t edges_ = 0, node_ = 0, content_ = 0, runs_ = 0, run_ = 0, seq_ = 0, experiment_ = 0;
  std::int64_t now_us_ = start_us;
  std::uint64_t digest_ = 0;
  std::vector<std::string> indexes_{};
  std::vector<std::int64_t> spec_{};
  std::vector<std::vector<std::int64_t>> published_{};
  std::int64_t float_ = name("float"), output_ = name("output"), x_ = name("X"), y_ = name("y"), model_ = name("model"),
               object_ = name("object");
  std::array<std::int64_t, joined> frames_ = {name("frames[0]"), name("frames[1]"), name("frames[2]")};
  std::int64_t join_ = name("join"), merge_ = name("pandas.merge"), transform_ = name("fit_transform"),
               scaler_ = name("sklearn.preprocessing._data.StandardScaler"), split_ = name("split"), fit_ = name("fit"),
               forest_ = name("sklearn.ensemble._forest.RandomForestClassifier"), predict_ = name("predict"),
               metric_ = name("metric"), accuracy_ = name("accuracy");
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: edges_store FILE EDGES\n");
    return 2;
  }
  mltrack::Tracker tracker = mltrack::Tracker::open(argv[1]);
  tracker.start_run({.project = "bench", .experiment = "edges"}).finish();
  tracker.close();
  Generator(argv[1], std::atoll(argv[2])).write();
}
