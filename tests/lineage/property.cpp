#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <random>
#include <set>

#include <mltrack/tracker.hpp>

#include "ask/closure.hpp"
#include "store/read_rows.hpp"

namespace mltrack {

namespace {

namespace fs = std::filesystem;
using ask::Ids;
using ask::Way;

/// Random calls over random former outputs, new sources and derived objects, some of them nested.
class RandomProgram {
 public:
  RandomProgram(Run& run, unsigned seed) : run_(run), random_(seed) {}

  void play(int calls) {
    for (int i = 0; i < calls; ++i) {
      if (open_.empty() || below(3) != 0) open_.push_back(run_.begin(info()));
      if (below(2) == 0) end_last();
    }
    while (!open_.empty()) end_last();
  }

 private:
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

  Flow some_input(std::size_t slot) {
    Flow flow{.slot = "in" + std::to_string(slot)};
    if (nodes_.empty() || below(5) == 0)
      flow.type = "source";
    else if (below(6) == 0)
      flow.sources = {{any()}, {any()}};
    else
      flow.node = any();
    return flow;
  }

  NodeRef any() { return nodes_[below(nodes_.size())]; }

  CallInfo info() {
    CallInfo info{.estimator = "a.Model"};
    info.op = "transform";
    if (!open_.empty()) info.parent = open_.back().ref();
    const std::size_t inputs = below(4);
    for (std::size_t i = 0; i < inputs; ++i) info.inputs.push_back(some_input(i));
    return info;
  }

  void end_last() {
    CallResult result;
    const std::size_t outputs = below(4);
    for (std::size_t i = 0; i < outputs; ++i) {
      result.outputs.push_back({.slot = "out" + std::to_string(i), .type = "made"});
      if (!nodes_.empty() && below(4) == 0) result.outputs.back().sources = {{any(), "same", "same"}};
    }
    Call& call = open_.back();
    for (const NodeRef& node : call.inputs()) nodes_.push_back(node);
    call.end(std::move(result));
    for (const NodeRef& node : call.outputs()) nodes_.push_back(node);
    open_.pop_back();
  }

  Run& run_;
  std::mt19937 random_;
  std::vector<Call> open_;
  std::vector<NodeRef> nodes_;
};

Ids select(sqlite::Connection& db, std::string_view sql) {
  Ids ids;
  store::each(db, sql, [&](const sqlite::Statement& row) { ids.push_back(row.integer(0)); });
  return ids;
}

/// The closure by the definition: sweep over all edges until nothing is added.
Ids closure_by_definition(const std::vector<std::pair<std::int64_t, std::int64_t>>& edges, std::int64_t start,
                          Way way) {
  std::set<std::int64_t> reached;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [dst, src] : edges) {
      const auto [from, to] = way == Way::up ? std::pair(dst, src) : std::pair(src, dst);
      if (from == start || reached.contains(from)) grew = reached.insert(to).second || grew;
    }
  }
  return {reached.begin(), reached.end()};
}

void check_closures(sqlite::Connection& db, std::mt19937& random) {
  std::vector<std::pair<std::int64_t, std::int64_t>> edges;
  store::each(db, "SELECT dst, src FROM edge",
              [&](const sqlite::Statement& row) { edges.emplace_back(row.integer(0), row.integer(1)); });
  REQUIRE(edges.size() > 20);
  for (const auto& [dst, src] : edges) CHECK(src < dst);

  const Ids nodes = select(db, "SELECT id FROM node");
  for (int i = 0; i < 12; ++i) {
    const Ids start = {nodes[random() % nodes.size()]};
    CAPTURE(start.front());
    const Ids up = ask::reached_by_scan(db, start, Way::up).ids();
    const Ids down = ask::reached_by_scan(db, start, Way::down).ids();
    CHECK(up == closure_by_definition(edges, start.front(), Way::up));
    CHECK(down == closure_by_definition(edges, start.front(), Way::down));
    for (const auto& [way, ids] : {std::pair(Way::up, up), std::pair(Way::down, down)}) {
      CHECK(ask::reached_by_walk(db, start, way).ids() == ids);
      CHECK(ask::reached_by_levels(db, start, way, 1'000'000).ids() == ids);
      CHECK(ask::closure(db, start, way) == ids);
      CHECK(ask::reached(db, start, way).count() == static_cast<std::int64_t>(ids.size()));
    }
    Ids both;
    std::set_intersection(up.begin(), up.end(), down.begin(), down.end(), std::back_inserter(both));
    CHECK(both.empty());
  }
}

}  // namespace

TEST_CASE("closures of random programs") {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    CAPTURE(seed);
    const fs::path path = fs::temp_directory_path() / ("mltrack-property-" + Uid::random().str() + ".db");
    {
      Tracker tracker = Tracker::open(path);
      Run run = tracker.start_run();
      RandomProgram(run, seed).play(60);
      sqlite::Connection db(path, sqlite::Mode::read, 1000);
      std::mt19937 random(seed);
      check_closures(db, random);
    }
    fs::remove(path);
  }
}

}  // namespace mltrack
