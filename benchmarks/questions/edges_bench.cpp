// What questions about lineage cost in a large store: edges_bench STORE ANCESTORS DATASET MODEL...
// Of the models, the one whose number of ancestors is nearest to ANCESTORS is asked about. The references are what bare
// SQLite takes in the same process: a recursive query upwards, and downwards one scan over all edges.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <mltrack/mltrack.hpp>

#include "sqlite/connection.hpp"

namespace {

using mltrack::Passed;
using mltrack::Query;
using mltrack::Walk;
using mltrack::sqlite::Connection;

/// Of the processor, so that a machine with other work does not count: the store is in memory, nothing waits.
template <class Work>
double milliseconds(Work&& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC;
}

/// The median of some rounds.
template <class Work>
double median_ms(int rounds, Work&& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(milliseconds(work));
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<std::size_t>(rounds / 2)];
}

/// Kilobytes of memory: VmRSS now, VmHWM at most so far.
double memory_kb(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":")) return std::atof(line.c_str() + field.size() + 1);
  return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void print(const std::string& what, double ours, double reference, const char* bar) {
  std::printf("%s\t%.2f ms\t%.2f ms\t%.2f\t%s\n", what.c_str(), ours, reference, ours / reference, bar);
}

std::int64_t bare_ancestors(Connection& db, std::int64_t node) {
  return db
      .integer(
          "WITH RECURSIVE above (id) AS (SELECT src FROM edge WHERE dst = ?1 UNION "
          "SELECT e.src FROM above CROSS JOIN edge AS e ON e.dst = above.id) SELECT count(*) FROM above",
          node)
      .value();
}

/// Steps over every edge as a search downwards must.
std::int64_t bare_scan(Connection& db) {
  std::int64_t sum = 0;
  auto& rows = db.cached("SELECT dst, src FROM edge ORDER BY dst");
  while (rows.step()) sum += rows.integer(0) - rows.integer(1);
  rows.reset();
  return sum;
}

std::int64_t id_of(Connection& db, const std::string& ref) {
  const std::size_t colon = ref.find(':');
  return db
      .integer("SELECT n.id FROM run AS r JOIN node AS n ON n.run = r.id WHERE r.uid = ?1 AND n.seq = ?2",
               mltrack::Uid::parse(ref.substr(0, colon)), std::atoll(ref.c_str() + colon + 1))
      .value();
}

std::string nearest_model(const Query& query, std::int64_t wanted, int count, char** refs) {
  std::string best;
  std::int64_t distance = -1;
  for (int i = 0; i < count; ++i) {
    const std::int64_t off = std::abs(query.walk({.ref = refs[i], .up = true}) - wanted);
    if (distance < 0 || off < distance) best = refs[i];
    if (distance < 0 || off < distance) distance = off;
  }
  return best;
}

void ask_upwards(const Query& query, Connection& bare, const std::string& model) {
  const Walk up{.ref = model, .up = true};
  const std::int64_t id = id_of(bare, model);
  const std::int64_t count = query.walk(up);
  const double reference = median_ms(9, [&] { bare_ancestors(bare, id); });
  const std::string what = "ancestors of a model (" + std::to_string(count) + ")";
  print(what + ", ids", median_ms(9, [&] { query.walk(up); }), reference, "< 5 ms");
  std::size_t size = 0;
  const auto read = [&](const Passed& node) {
    size += node.ref.size() + node.op.size() + node.type.size() + node.run.size();
    return true;
  };
  print(what + ", with op, type and run", median_ms(9, [&] { query.walk(up, read); }), reference, "< 12 ms");
  print(what + ", whole nodes with parameters, metrics and edges", median_ms(5, [&] { query.ancestors(model); }),
        reference, "-");
}

void ask_downwards(const Query& query, Connection& bare, const std::string& dataset) {
  const Walk down{.ref = dataset};
  const std::string count = std::to_string(query.walk(down));
  const double reference = median_ms(3, [&] { bare_scan(bare); });
  print(count + " descendants, counted", median_ms(3, [&] { query.walk(down); }), reference, "< 2000 ms");
  std::size_t size = 0;
  const auto read = [&](const Passed& node) {
    size += node.ref.size();
    return true;
  };
  print(count + " descendants, streamed", median_ms(3, [&] { query.walk(down, read); }), reference, "< 2000 ms");
  print("the models among them, counted",
        median_ms(3, [&] { query.walk({.ref = dataset, .kind = mltrack::Kind::model}); }), reference, "-");
}

/// Before anything else has made the process large.
void measure_memory(const Query& query, const std::string& dataset) {
  query.node(dataset);
  forget_peak();
  const double before = memory_kb("VmRSS");
  query.walk({.ref = dataset}, [](const Passed&) { return true; });
  std::printf("memory that streaming them adds\t%.1f MB\t-\t-\t< 64 MB\n", (memory_kb("VmHWM") - before) / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: edges_bench STORE ANCESTORS DATASET MODEL...\n");
    return 2;
  }
  const auto tracker = mltrack::Tracker::open(argv[1], {.read_only = true});
  const Query query = tracker.query();
  Connection bare(argv[1], mltrack::sqlite::Mode::read, 1000);
  measure_memory(query, argv[3]);
  const std::string model = nearest_model(query, std::atoll(argv[2]), argc - 4, argv + 4);
  ask_upwards(query, bare, model);
  ask_downwards(query, bare, argv[3]);
  std::fprintf(stderr, "model\t%s\n", model.c_str());
}
