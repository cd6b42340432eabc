#include <doctest/doctest.h>

#include <filesystem>
#include <limits>
#include <set>

#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "ask/time_text.hpp"

namespace mltrack {

namespace {

namespace fs = std::filesystem;

/// A store with models that differ in one parameter `C`, and some runs.
class Shelf {
 public:
  Shelf()
      : path_(fs::temp_directory_path() / ("mltrack-filter-" + Uid::random().str() + ".db")),
        tracker_(Tracker::open(path_)) {}
  ~Shelf() {
    tracker_.close();
    fs::remove(path_);
  }

  Tracker& tracker() { return tracker_; }
  Query query() const { return tracker_.query(); }

  /// A run of its own with one fit.
  ModelRef fit(const std::string& name, const Params& params, const std::string& estimator = "sklearn.svm.SVC") {
    Run run = tracker_.start_run({.project = "p", .experiment = "e", .name = name});
    CallInfo info{.estimator = estimator, .params = params};
    info.name = name;
    CallResult result;
    result.outputs = {Flow{.slot = "model", .kind = Kind::model, .type = estimator, .name = name}};
    const ModelRef model = run.log_fit(std::move(info), std::move(result));
    run.finish();
    return model;
  }

  std::set<std::string> models(const std::string& where) const { return names(query().models({.where = where})); }
  std::set<std::string> runs(const std::string& where) const { return names(query().runs({.where = where})); }

  static std::set<std::string> names(const std::vector<Node>& nodes) {
    std::set<std::string> names;
    for (const Node& node : nodes) names.insert(node.name.value_or("?"));
    return names;
  }

 private:
  fs::path path_;
  Tracker tracker_;
};

using Names = std::set<std::string>;

std::string message(const Query& query, const std::string& where) {
  try {
    query.models({.where = where});
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::bad_filter);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a filter compares parameters by type") {
  Shelf shelf;
  shelf.fit("one", {{"C", 1}});
  shelf.fit("half", {{"C", 0.5}});
  shelf.fit("text", {{"C", "1"}});
  shelf.fit("word", {{"C", "abc"}});
  shelf.fit("true", {{"C", true}});
  shelf.fit("none", {{"C", nullptr}});
  shelf.fit("nan", {{"C", std::numeric_limits<double>::quiet_NaN()}});
  shelf.fit("minus", {{"C", -0.0}});
  shelf.fit("huge", {{"C", Value::big_integer("1180591620717411303424")}});
  shelf.fit("nested", {{"clf__C", 7}});
  shelf.fit("other", {{"xC", 7}});

  CHECK(shelf.models("params.C >= 1") == Names{"one", "huge", "nested"});
  CHECK(shelf.models("params.C > 1") == Names{"huge", "nested"});
  CHECK(shelf.models("params.C < 1") == Names{"half", "minus"});
  CHECK(shelf.models("params.C <= 1") == Names{"half", "minus", "one"});
  CHECK(shelf.models("params.C = 1") == Names{"one"});
  CHECK(shelf.models("params.C == 1.0") == Names{"one"});
  CHECK(shelf.models("params.C = 0") == Names{"minus"});
  CHECK(shelf.models("params.C = '1'") == Names{"text"});
  CHECK(shelf.models("params.C = \"abc\"") == Names{"word"});
  CHECK(shelf.models("params.C > 'a'") == Names{"word"});
  CHECK(shelf.models("params.C = true") == Names{"true"});
  CHECK(shelf.models("params.C = null") == Names{"none"});
  CHECK(shelf.models("params.C = None") == Names{"none"});
  CHECK(shelf.models("params.C = nan") == Names{"nan"});
  CHECK(shelf.models("params.C > 1e20") == Names{"huge"});
  CHECK(shelf.models("params.C < inf and params.C > 5") == Names{"huge", "nested"});
  CHECK(shelf.models("params.C != 1") ==
        Names{"half", "text", "word", "true", "none", "nan", "minus", "huge", "nested"});
  CHECK(shelf.models("params.clf__C = 7") == Names{"nested"});
  CHECK(shelf.models("not params.C != 1") == Names{"one", "other"});
}

TEST_CASE("a filter joins comparisons") {
  Shelf shelf;
  shelf.fit("a", {{"C", 1}, {"kernel", "rbf"}});
  shelf.fit("b", {{"C", 2}, {"kernel", "rbf"}}, "sklearn.linear_model.LogisticRegression");
  shelf.fit("c", {{"C", 3}, {"kernel", "poly"}, {"odd name", 1}, {"learning-rate", 0.1}, {"a.b", 5}});

  CHECK(shelf.models("params.C = 1 or params.C = 2 and params.kernel = 'poly'") == Names{"a"});
  CHECK(shelf.models("(params.C = 1 or params.C = 3) and params.kernel = 'poly'") == Names{"c"});
  CHECK(shelf.models("NOT params.C = 1 AND NOT params.C = 2") == Names{"c"});
  CHECK(shelf.models("not (params.C = 1 or params.C = 3)") == Names{"b"});
  CHECK(shelf.models("estimator = 'SVC'") == Names{"a", "c"});
  CHECK(shelf.models("estimator = 'sklearn.svm.SVC'") == Names{"a", "c"});
  CHECK(shelf.models("estimator = 'VC'") == Names{});
  CHECK(shelf.models("estimator != 'SVC'") == Names{"b"});
  CHECK(shelf.models("params.`odd name` = 1") == Names{"c"});
  CHECK(shelf.models("params.learning-rate<0.2") == Names{"c"});
  CHECK(shelf.models("params.a.b = 5") == Names{"c"});
  CHECK(shelf.models("name = 'a' or run <> 'a'") == Names{"a", "b", "c"});
  CHECK(shelf.models("run = 'b'") == Names{"b"});
  CHECK(shelf.models("project = 'p' and experiment = 'e'").size() == 3);
  CHECK(shelf.models("project = 'q'").empty());
  CHECK(shelf.models("name = 'it''s'").empty());
  CHECK(shelf.models("name = null").empty());
  CHECK(shelf.models("  \n ").size() == 3);
  CHECK(shelf.runs("params.C >= 2") == Names{"b", "c"});
  CHECK(shelf.runs("estimator = 'LogisticRegression'") == Names{"b"});
  CHECK(shelf.runs("estimator != 'LogisticRegression'") == Names{"a", "c"});
  CHECK(shelf.runs("status = 'finished' and started >= '2020' and started < '2120-01-01T00:00:00Z'").size() == 3);
  CHECK(shelf.query().calls({.where = "op = 'fit' and params.C < 3"}).size() == 2);
}

TEST_CASE("a filter reads metrics, tags and shapes") {
  Shelf shelf;
  const ModelRef good = shelf.fit("good", {});
  const ModelRef bad = shelf.fit("bad", {});
  shelf.fit("unknown", {});
  {
    Run run = shelf.tracker().start_run({.name = "scores", .tags = {{"stage", "test"}, {"my key", "7"}}});
    run.log_metric("accuracy", 0.95, {.subject = good});
    run.log_metric("accuracy", 0.5, {.subject = bad});
    run.log_metric("loss", std::numeric_limits<double>::quiet_NaN(), {.subject = bad});
    run.set_tag("owner", "me", good);
    run.log_metric("val-loss", 2);
    run.log_param("epochs", 10);
    const std::vector<double> column(30, 1.5);
    run.log_dataset({.name = "thirty", .columns = {{Numbers{column.data(), 30}}, {Numbers{column.data(), 30}}}});
  }
  CHECK(shelf.models("metrics.accuracy > 0.9") == Names{"good"});
  CHECK(shelf.models("metrics.accuracy <= 0.9") == Names{"bad"});
  CHECK(shelf.models("metrics.accuracy != null") == Names{"good", "bad"});
  CHECK(shelf.models("metrics.accuracy = null") == Names{"unknown"});
  CHECK(shelf.models("metrics.loss = nan") == Names{"bad"});
  CHECK(shelf.models("metrics.loss > 0").empty());
  CHECK(shelf.models("tags.owner = 'me'") == Names{"good"});
  CHECK(shelf.models("tags.owner = null") == Names{"bad", "unknown"});
  CHECK(shelf.runs("metrics.accuracy > 0.9") == Names{"good"});
  CHECK(shelf.runs("metrics.val-loss = 2") == Names{"scores"});
  CHECK(shelf.runs("params.epochs = 10") == Names{"scores"});
  CHECK(shelf.runs("tags.stage = 'test' and tags.`my key` = '7'") == Names{"scores"});
  const auto datasets = [&](const std::string& where) {
    return Shelf::names(shelf.query().datasets({.where = where}));
  };
  CHECK(datasets("rows = 30 and columns >= 2") == Names{"thirty"});
  CHECK(datasets("rows > 30").empty());
  CHECK(datasets("columns = null").empty());
}

TEST_CASE("a filter follows lineage") {
  Shelf shelf;
  Run run = shelf.tracker().start_run({.name = "linked"});
  const NodeRef source = run.log_node({.slot = "", .type = "table", .name = "source"});
  CallInfo info{.estimator = "a.Model", .inputs = {{.slot = "X", .node = source}}};
  run.log_fit(info, {.outputs = {{.slot = "model", .kind = Kind::model, .name = "derived"}}});
  shelf.fit("apart", {});
  CHECK(shelf.models("derived_from('" + source.str() + "')") == Names{"derived"});
  CHECK(shelf.models("not derived_from('" + source.str() + "')") == Names{"apart"});
  CHECK(shelf.runs("derived_from('" + source.str() + "')") == Names{"linked"});
  CHECK(shelf.query().datasets({.where = "derived_from('" + source.str() + "')"}).empty());
  CHECK_THROWS_AS(shelf.models("derived_from('nowhere')"), Error);
}

TEST_CASE("lists come in the order that was asked for") {
  Shelf shelf;
  shelf.fit("b", {{"C", 3}});
  shelf.fit("c", {{"clf__C", 1}});
  shelf.fit("a", {{"C", 2}});
  shelf.fit("d", {});
  const auto order = [&](const std::string& by, std::optional<std::size_t> limit = {}) {
    std::string names;
    for (const Node& node : shelf.query().models({.order_by = by, .limit = limit})) names += *node.name;
    return names;
  };
  CHECK(order("") == "dacb");
  CHECK(order("", 2) == "da");
  CHECK(order("", 0) == "dacb");
  CHECK(order("name") == "abcd");
  CHECK(order("name desc") == "dcba");
  CHECK(order("started") == "bcad");
  CHECK(order("params.C") == "cabd");
  CHECK(order("params.C DESC") == "bacd");
  CHECK(order("metrics.none") == "dacb");
  CHECK(order("project asc") == "dacb");
  CHECK_THROWS_AS(order("nothing"), Error);
  CHECK_THROWS_AS(order("name downwards"), Error);
  CHECK_THROWS_AS(order("name; DROP TABLE node"), Error);
  CHECK(order("") == "dacb");
}

TEST_CASE("filter errors point at the place") {
  Shelf shelf;
  const Query query = shelf.query();
  CHECK(message(query, "params.C >= ") ==
        "expected a value: a number, a text in quotes, true, false or null, found the end, at column 13\n"
        "  params.C >= \n"
        "              ^");
  CHECK(message(query, "colour = 'red'") ==
        "models have no field 'colour'; they have ref, name, project, experiment, run, estimator, type, digest, "
        "started, at, params.<name>, metrics.<name>, tags.<name>, at column 1\n"
        "  colour = 'red'\n"
        "  ^");
  CHECK(message(query, "name = 'é' nd run = 'x'") ==
        "expected 'and', 'or' or the end, found 'nd', at column 12\n"
        "  name = 'é' nd run = 'x'\n"
        "             ^");
  const auto says = [&](const std::string& where, const std::string& part) {
    CAPTURE(where);
    const std::string text = message(query, where);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  says("name = 'open", "this ' is never closed, at column 8");
  says("(name = 'a'", "this '(' is never closed, at column 1");
  says("name = 'a')", "found ')'");
  says("name", "expected a comparison");
  says("name = rbf", "a text in quotes");
  says("params. = 1", "a name is missing behind 'params.'");
  says("name ~ 'a'", "'~' means nothing here");
  says("params.C > true", "compare by =, != and in only, at column 10");
  says("metrics.a = 'x'", "metrics.a is a number");
  says("tags.a = 1", "tags.a is a text");
  says("started > 'yesterday'", "started is a time");
  says("name = 1.2.3", "is not a number");
  says("derived_from(penguins)", "a reference in quotes");
  says("and name = 'a'", "expected a field");
  says("estimator > 'a'", "compares by =, != and in only");
  says("params.a = 1 and", "found the end");
  CHECK_THROWS_AS(query.runs({.where = "status = 'done'"}), Error);
  CHECK_THROWS_AS(query.runs({.where = "rows = 1"}), Error);
}

TEST_CASE("a column is selected once, however it is spelt") {
  Shelf shelf;
  Run run = shelf.tracker().start_run({.name = "r"});
  std::string fields;
  for (int i = 0; i < 12; ++i) {
    run.log_metric("m" + std::to_string(i), i);
    fields += "metrics.m" + std::to_string(i) + ", ";
  }
  const auto table = [&](const std::string& more) {
    return shelf.query().table(Kind::run, {.fields = {fields + more}});
  };
  for (const char* again : {"metric.m1", "metrics.`m1`"}) {
    CAPTURE(again);
    CHECK_THROWS_WITH_AS(table(again), doctest::Contains("is there twice"), Error);
  }
  CHECK(table("max(metric.m1), metrics.m1[train], min(metrics.m1)").columns.size() == 15);
  CHECK_THROWS_AS(table("metrics.m1[train], metric.m1[train]"), Error);
}

TEST_CASE("hostile filters are refused, not obeyed") {
  Shelf shelf;
  shelf.fit("safe", {{"C", 1}});
  const Query query = shelf.query();
  CHECK(message(query, std::string(9000, '(')).find("nested more than 100 deep") != std::string::npos);
  std::string nots;
  for (int i = 0; i < 2000; ++i) nots += "not ";
  CHECK(message(query, nots + "name = 'a'").find("nested more than 100 deep") != std::string::npos);
  CHECK(message(query, std::string(20000, ' ') + "name = 'a'").find("too long") != std::string::npos);
  std::string many = "name = 'a'";
  for (int i = 0; i < 250; ++i) many += " or name = 'a'";
  CHECK(message(query, many).find("one comparison too many") != std::string::npos);
  many = "name = 'a'";
  for (int i = 0; i < 199; ++i) many += " or params.C = 2";
  CHECK(query.models({.where = many}).empty());
  CHECK(shelf.models("name = '''; DROP TABLE node; --'").empty());
  CHECK(shelf.models("params.`x' OR 1=1 --` = 1").empty());
  CHECK(message(query, std::string("name = \x01\x1b[31m", 13)).find('\x1b') == std::string::npos);
  CHECK(message(query, std::string("name\0= 'a'", 10)).find("means nothing here") != std::string::npos);
  CHECK(message(query, "name = \xff\xfe").find("column 8") != std::string::npos);
  CHECK(shelf.models("") == Names{"safe"});
}

TEST_CASE("times are spans") {
  using ask::parse_time;
  constexpr std::int64_t second = 1'000'000;
  constexpr std::int64_t day = 86'400 * second;
  REQUIRE(parse_time("1970-01-02"));
  CHECK(parse_time("1970-01-02")->first == day);
  CHECK(parse_time("1970-01-02")->end == 2 * day);
  CHECK(parse_time("1970")->end == 365 * day);
  CHECK(parse_time("1970-02")->first == 31 * day);
  CHECK(parse_time("1970-02")->end == 59 * day);
  CHECK(parse_time("1970-01-01T00:01")->first == 60 * second);
  CHECK(parse_time("1970-01-01 00:01")->end == 120 * second);
  CHECK(parse_time("1970-01-01T00:00:01.5Z")->first == 1'500'000);
  CHECK(parse_time("1970-01-01T00:00:01.5Z")->end == 1'600'000);
  CHECK(parse_time("1970-01-01T00:00:00.000001Z")->first == 1);
  CHECK(parse_time("1970-01-01T02:00+02:00")->first == 0);
  for (const char* wrong : {"", "x", "197", "1970-13", "1970-02-30", "1970-01-01T", "1970-01-01T25:00",
                            "1970-01-01T00:00:00.", "1970-01-01 00:00 now", "1970-1-1"})
    CHECK_FALSE(parse_time(wrong));
}

}  // namespace mltrack
