#include <doctest/doctest.h>

#include "store_fixture.hpp"
#include "value/row_numbers.hpp"

using mltrack::value::packed;
using mltrack::value::unpacked;

namespace {

using Numbers = std::vector<std::int64_t>;

Numbers there_and_back(const Numbers& numbers) { return unpacked(packed(numbers)); }

}  // namespace

TEST_CASE("row numbers survive in any order, repeated and far apart") {
  for (const Numbers& numbers : {Numbers{}, Numbers{0}, Numbers{5, 6, 7, 2, 2, 1, 0}, Numbers{1'000'000'000'000, 0, -3},
                                 Numbers{0, 1, 2, 3, 10, 11, 12}})
    CHECK(there_and_back(numbers) == numbers);
}

TEST_CASE("a fold of rows that follow each other takes a few bytes") {
  Numbers rows(100'000);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i) + 7;
  CHECK(packed(rows).size() <= 5);
  CHECK(there_and_back(rows) == rows);
}

TEST_CASE("bytes that are no row numbers are refused") {
  const std::vector<std::uint8_t> cut = {0x80};
  const std::vector<std::uint8_t> endless = {0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
  for (const auto& bytes : {cut, endless}) CHECK(error_of([&] { unpacked(bytes); }) == mltrack::ErrorCode::damaged);
}

TEST_CASE("the other rows are those that are missing") {
  CHECK(mltrack::value::others(Numbers{3, 1}, 5) == Numbers{0, 2, 4});
  CHECK(mltrack::value::others(Numbers{}, 2) == Numbers{0, 1});
}

TEST_CASE_FIXTURE(StoreFixture, "trials are calls below their search, with rows, times and what went wrong") {
  auto tracker = open();
  auto run = tracker.start_run({.project = "p"});
  auto search = run.begin_fit({.estimator = "Search"});
  mltrack::Flow model{.slot = "model", .kind = mltrack::Kind::model, .type = "Tree"};
  const auto models =
      run.log_trials({.parent = search.ref(),
                      .estimator = "Tree",
                      .trials = {{.candidate = 1,
                                  .fold = 0,
                                  .rows = 1,
                                  .scores = {{"accuracy", 0.5}},
                                  .fit_us = 40,
                                  .score_us = 2,
                                  .model = model},
                                 {.candidate = 0, .fold = 0, .rows = 0, .error_type = "ValueError", .error = "no"},
                                 {.candidate = 0, .fold = 1}},
                      .rows = {{.train = {2, 3}, .test = {0, 1}}, {.train = {3, 3, 0}, .test = {1}}}});
  search.end();
  REQUIRE(models.size() == 3);
  CHECK(models[0]);
  CHECK_FALSE(models[1]);

  const mltrack::StoredTrials stored = tracker.query().trials(search.ref());
  REQUIRE(stored.trials.size() == 3);
  CHECK(stored.trials[0].candidate == 0);
  CHECK(stored.trials[1].rows == -1);
  CHECK(stored.trials[2].fit_us == 40);
  REQUIRE(stored.rows.size() == 2);
  CHECK(stored.rows[0].train == Numbers{2, 3});  // kept as the ones that are not in test
  CHECK(stored.rows[1].train == Numbers{3, 3, 0});

  const mltrack::Node failed = tracker.query().node(stored.trials[0].call);
  CHECK(failed.status == "failed");
  CHECK(failed.name == "candidate 0 fold 0");
  CHECK(tracker.query().trials(run.ref()).trials.empty());
}
