#include <doctest/doctest.h>

#include <filesystem>
#include <limits>

#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "ask/cursor.hpp"
#include "ask/filter.hpp"
#include "ask/filter_group.hpp"
#include "ask/near.hpp"

namespace mltrack {

namespace {

namespace fs = std::filesystem;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Flow rows_of(const char* slot, double first, std::size_t rows) {
  std::vector<double> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = first + static_cast<double>((i * 7919) % 101);
  const auto data = digest({.columns = {{.values = Numbers{.data = values.data(), .rows = rows}, .name = "age"}}});
  return {.slot = slot, .type = "float", .data = std::make_shared<DatasetDigest>(data)};
}

Flow known(const char* slot, const NodeRef& node) { return {.slot = slot, .node = node}; }

/// Two runs of two projects; the first splits, scales, fits and scores, the second only logs.
class Study {
 public:
  Study() : path_(fs::temp_directory_path() / ("mltrack-question-" + Uid::random().str() + ".db")) {
    tracker_ = std::make_unique<Tracker>(Tracker::open(path_));
    trained();
    logged();
  }
  ~Study() {
    tracker_->close();
    fs::remove(path_);
  }

  Query query() const { return tracker_->query(); }
  Tracker& tracker() { return *tracker_; }

  /// The names of what fits, sorted as the answer is.
  std::string names(Kind kind, const std::string& where, const std::string& order = "name") const {
    std::string names;
    for (const Node& node : query().page(kind, {.where = where, .order_by = order, .limit = 0}).nodes)
      names += (names.empty() ? "" : " ") + node.name.value_or(node.op.value_or("-"));
    return names;
  }
  std::string runs(const std::string& where, const std::string& order = "name") const {
    return names(Kind::run, where, order);
  }
  std::string models(const std::string& where, const std::string& order = "name") const {
    return names(Kind::model, where, order);
  }
  std::string complaint(Kind kind, const std::string& where) const {
    try {
      query().page(kind, {.where = where});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  NodeRef frame, train, test, scaled, scaler, model;

 private:
  void trained() {
    Run run = tracker_->start_run({.project = "penguins", .experiment = "baseline", .name = "trained"});
    frame = run.log_node({.slot = "", .type = "table", .name = "frame", .data = rows_of("", 0, 40).data});
    CallInfo split{.estimator = "sklearn.model_selection.train_test_split", .inputs = {known("array[0]", frame)}};
    Call splitting = run.begin_split(split);
    splitting.end({.outputs = {rows_of("X_train", 1, 30), rows_of("X_test", 2, 10)}});
    train = splitting.outputs()[0];
    test = splitting.outputs()[1];
    scaler = run.log_fit({.estimator = "sklearn.preprocessing.StandardScaler", .inputs = {known("X", train)}},
                         {.outputs = {{.slot = "model",
                                       .kind = Kind::model,
                                       .type = "sklearn.preprocessing.StandardScaler",
                                       .name = "scaler"}}});
    Call scaling = run.begin_transform(
        {.estimator = "sklearn.preprocessing.StandardScaler", .inputs = {known("model", scaler), known("X", test)}});
    scaling.end({.outputs = {rows_of("output", 3, 10)}});
    scaled = scaling.outputs()[0];
    fit(run);
    run.finish();
  }

  void fit(Run& run) {
    Call transform = run.begin_transform(
        {.estimator = "sklearn.preprocessing.StandardScaler", .inputs = {known("model", scaler), known("X", train)}});
    transform.end({.outputs = {rows_of("output", 4, 30)}});
    Call outer = run.begin_fit({.estimator = "sklearn.linear_model.LogisticRegression",
                                .params = {{"C", 5}, {"penalty", "l2"}, {"tol", 0.5}, {"dual", false}},
                                .inputs = {known("X", transform.outputs()[0])}});
    Call inner = run.begin({.estimator = "lbfgs", .parent = outer.ref(), .op = "solve"});
    inner.end({});
    outer.end({.outputs = {{.slot = "model",
                            .kind = Kind::model,
                            .type = "sklearn.linear_model.LogisticRegression",
                            .name = "model"}}});
    model = outer.outputs()[0];
    run.log_metric("auc", 0.8, {.subject = model, .dataset = scaled});
    run.log_metric("auc", 0.95, {.subject = model, .dataset = train});
    for (const double loss : {0.9, 0.2, 0.4}) run.log_metric("loss", loss, {.subject = model});
  }

  void logged() {
    Run run = tracker_->start_run(
        {.project = "whales", .experiment = "probe", .name = "logged", .tags = {{"Stage", "50%_done"}}});
    run.log_params({{"C", 7}, {"seed", "5"}, {"odd name", 1}, {"gone", nullptr}});
    for (const double loss : {0.7, 0.8, nan}) run.log_metric("loss", loss);
    run.log_metric("score", 3);
    run.finish();
  }

  fs::path path_;
  std::unique_ptr<Tracker> tracker_;
};

}  // namespace

TEST_CASE("a filter has lists, ranges, patterns and absence") {
  const Study study;
  CHECK(study.runs("params.C in (5, 6)") == "trained");
  CHECK(study.runs("params.C in (5, 7)") == "logged trained");
  CHECK(study.runs("params.C not in (5, 6)") == "logged");
  CHECK(study.runs("params.C in ('5', 7, null)") == "logged");
  CHECK(study.runs("params.C between 6 and 8") == "logged");
  CHECK(study.runs("params.C not between 6 and 8") == "trained");
  CHECK(study.runs("metrics.loss between 0.3 and 0.5") == "trained");
  CHECK(study.runs("name like 'tr%'") == "trained");
  CHECK(study.runs("name like 'TR%'").empty());
  CHECK(study.runs("name ilike 'TR%'") == "trained");
  CHECK(study.runs("name not like '%ned'") == "logged");
  CHECK(study.runs("name like '_ogged'") == "logged");
  CHECK(study.runs("tags.Stage like '50%'") == "logged");
  CHECK(study.runs("tags.Stage like '5[0]%'").empty());
  CHECK(study.runs("tags.Stage is null") == "trained");
  CHECK(study.runs("tags.Stage is not null") == "logged");
  CHECK(study.runs("params.gone is null") == "logged trained");
  CHECK(study.runs("params.gone is not null").empty());
  CHECK(study.runs("has(params.gone)") == "logged");
  CHECK(study.runs("not has(params.gone)") == "trained");
  CHECK(study.runs("has(metrics.score) or has(tags.nothing)") == "logged");
  CHECK(study.runs("params.`odd name` = 1 and params.\"odd name\" in (1)") == "logged");
  CHECK(study.runs("run in ('trained', 'logged') and project in ('whales')") == "logged");
  CHECK(study.models("estimator in ('StandardScaler', 'SVC')") == "scaler");
  CHECK(study.models("estimator like '%Scaler'") == "scaler");
  CHECK(study.names(Kind::dataset, "rows in (40) and columns between 1 and 2") == "frame");
  CHECK(study.names(Kind::project, "name like 'peng%'") == "penguins");
}

TEST_CASE("a filter knows times") {
  const Study study;
  CHECK(study.runs("started > now() - 1h") == "logged trained");
  CHECK(study.runs("started > now()").empty());
  CHECK(study.runs("ended <= now() and ended > now() -2w") == "logged trained");
  CHECK(study.runs("started between '2020' and now() + 90s") == "logged trained");
  CHECK(study.runs("started in ('2020', '2021-05')").empty());
  CHECK(study.models("at >= now() - 1d and at < '2200-01-01'") == "model scaler");
  CHECK(study.complaint(Kind::run, "started > now() - 7").find("a duration in s, m, h, d or w") != std::string::npos);
  CHECK(study.complaint(Kind::run, "started > now() - 9999999999999w").find("a duration") != std::string::npos);
  CHECK(study.complaint(Kind::run, "started > now").find("'()' behind now") != std::string::npos);
  CHECK(study.complaint(Kind::run, "started like '2026%'").find("has no pattern") != std::string::npos);
  CHECK(study.complaint(Kind::run, "started > 123").find("is a time") != std::string::npos);
}

TEST_CASE("a filter reads what MLflow's filters say") {
  const Study study;
  CHECK(study.runs("attributes.status = 'FINISHED' AND attribute.start_time > 1600000000000") == "logged trained");
  CHECK(study.runs("status != 'KILLED' and start_time < 1600000000000").empty());
  CHECK(study.runs("attributes.run_name LIKE 'log%'") == "logged");
  CHECK(study.runs("run_name ILIKE 'LOG%'") == "logged");
  CHECK(study.runs("metric.score >= 3") == "logged");
  CHECK(study.runs("tag.Stage = \"50%_done\"") == "logged");
  CHECK(study.runs("param.C = '5'") == "trained");
  CHECK(study.runs("parameters.C = '5.0'") == "trained");
  CHECK(study.runs("param.C != '5'") == "logged");
  CHECK(study.runs("param.C = 5") == "trained");
  CHECK(study.runs("parameter.seed = '5'") == "logged");
  CHECK(study.runs("param.dual = 'False'") == "trained");
  CHECK(study.runs("param.gone = 'None'") == "logged");
  CHECK(study.runs("param.C IN ('5', '7')") == "logged trained");
  CHECK(study.runs("params.C = '5'").empty());
  CHECK(study.complaint(Kind::run, "status = 'SCHEDULED'").find("is no status") != std::string::npos);
}

TEST_CASE("metrics are told apart by what they were measured on") {
  const Study study;
  CHECK(study.models("metrics.auc[test] = 0.8") == "model");
  CHECK(study.models("metrics.auc[test] > 0.9").empty());
  CHECK(study.models("metrics.auc[train] > 0.9") == "model");
  CHECK(study.models("metrics.loss[test] > 0").empty());
  CHECK(study.models("has(metrics.auc[test])") == "model");
  CHECK(study.runs("metrics.auc[test] is null") == "logged");
  CHECK(study.models("metrics.auc['" + study.scaled.str() + "'] = 0.8") == "model");
  CHECK(study.models("metrics.auc['" + study.test.str() + "'] is not null").empty());
  CHECK(study.complaint(Kind::model, "metrics.auc[tset] > 0").find("there is 'test'") != std::string::npos);
  CHECK(study.complaint(Kind::model, "params.C[test] > 0").find("only a metric") != std::string::npos);
}

TEST_CASE("series are asked for one of their values") {
  const Study study;
  CHECK(study.runs("min(metrics.loss) < 0.3") == "trained");
  CHECK(study.runs("max(metrics.loss) = 0.9") == "trained");
  CHECK(study.runs("first(metrics.loss) in (0.7, 0.9)") == "logged trained");
  CHECK(study.runs("last(metrics.loss) = 0.4") == "trained");
  CHECK(study.runs("last(metrics.loss) = nan") == "logged");
  CHECK(study.runs("mean(metrics.loss) between 0.49 and 0.51") == "trained");
  CHECK(study.runs("mean(metrics.loss) = 0.75") == "logged");
  CHECK(study.runs("best(metrics.loss) = 0.2") == "trained");
  CHECK(study.runs("best(metrics.score) = 3") == "logged");
  CHECK(study.runs("", "min(metrics.loss) desc") == "logged trained");
  CHECK(study.runs("", "last(metrics.loss)") == "trained logged");
  CHECK(study.complaint(Kind::run, "median(metrics.loss) > 1").find("there is no function 'median'") !=
        std::string::npos);
  CHECK(study.complaint(Kind::run, "max(params.C) > 1").find("max is of a metric") != std::string::npos);
  for (const char* low : {"loss", "val_loss", "valLoss", "mse", "test-RMSE", "mean_squared_error"})
    CHECK(ask::filter::lowest_is_best(low));
  for (const char* high : {"accuracy", "neg_log_loss", "neg_mean_squared_error", "glossary", "f1", "r2"})
    CHECK_FALSE(ask::filter::lowest_is_best(high));
}

TEST_CASE("a filter asks the graph") {
  const Study study;
  const auto of = [](const char* predicate, const NodeRef& node) {
    return std::string(predicate) + "('" + node.str() + "')";
  };
  CHECK(study.models(of("derived_from", study.scaler)) == "model");
  CHECK(study.models(of("feeds", study.model)) == "scaler");
  CHECK(study.names(Kind::dataset, of("feeds", study.train)) == "frame");
  CHECK(study.runs(of("feeds", study.model)) == "trained");
  CHECK(study.models("uses_column('age')") == "model scaler");
  CHECK(study.runs("uses_column('age')") == "trained");
  CHECK(study.names(Kind::call, "uses_column('age')", "started") == "fit fit");
  CHECK(study.models("fitted_with('StandardScaler')") == "model scaler");
  CHECK(study.models("fitted_with('sklearn.linear_model.LogisticRegression')") == "model");
  CHECK(study.models("fitted_with('StandardScaler') and not estimator = 'StandardScaler'") == "model");
  CHECK(study.names(Kind::call,
                    "child_of('" + study.query().calls({.where = "op = 'fit'", .limit = 1})[0].ref + "')") == "solve");
  CHECK(study.runs("child_of('whales')") == "logged");
  CHECK(study.runs("child_of('penguins/baseline')") == "trained");
  CHECK(study.models("child_of('" + study.model.run.str() + "')") == "model scaler");
  CHECK(study.names(Kind::experiment, "child_of('whales')") == "probe");
  CHECK(study.models(of("same_data_as", study.train)) == "scaler");
  CHECK(study.models(of("same_data_as", study.scaler)) == "scaler");
  CHECK(study.names(Kind::dataset, of("same_data_as", study.frame)) == "frame");
  CHECK(study.runs(of("same_data_as", study.train)) == "trained");
  CHECK(study.names(Kind::call, of("same_data_as", study.test)) == "transform");
  CHECK(study.models("ref in ('" + study.model.str() + "', '" + study.scaler.str() + "')") == "model scaler");
  CHECK(study.complaint(Kind::project, "feeds('whales')").find("are not part of the graph") != std::string::npos);
  CHECK(study.complaint(Kind::run, of("child_of", study.frame)).find("are no children") != std::string::npos);
}

TEST_CASE("a name that is likely mistaken is an error that lists near ones") {
  const Study study;
  const auto says = [&](Kind kind, const std::string& where, const std::string& part) {
    CAPTURE(where);
    const std::string text = study.complaint(kind, where);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  says(Kind::run, "statsu = 'failed'", "runs have no field 'statsu'; there is 'status'; they have");
  says(Kind::run, "params.penalti = 'l2'", "this store has no parameter 'penalti'; there is 'penalty'");
  says(Kind::run, "metrics.los > 1", "this store has no metric 'los'; there is 'loss'");
  says(Kind::run, "tags.stage = 'x'", "this store has no tag 'stage'; there is 'Stage'");
  says(Kind::model, "uses_column('aeg')", "has a column 'aeg'; there is 'age'");
  says(Kind::model, "uses_column('height')", "has a column 'height'");
  says(Kind::model, "estimator = 'StandartScaler'", "no estimator 'StandartScaler'; there is 'StandardScaler'");
  says(Kind::model, "fitted_with('standardscaler')", "there is 'StandardScaler'");
  says(Kind::run, "project = 'pengiuns'", "this store has no project 'pengiuns'; there is 'penguins'");
  says(Kind::run, "experiment = 'baselin'", "there is 'baseline'");
  says(Kind::run, "status = 'finish'", "a status is 'running'");
  CHECK(study.runs("params.`penalti` = 'l2'").empty());
  CHECK(study.runs("params.nothing_like_it = 1 or project = 'elsewhere' or name = 'trainde'").empty());
  CHECK_FALSE(ask::NearNames("fold_1").is_near("fold_2"));
  CHECK(ask::NearNames("accuracy").is_near("acuracy"));
  CHECK_FALSE(ask::NearNames("lr").is_near("tr"));
  CHECK(ask::NearNames("LR").is_near("lr"));
}

TEST_CASE("lists go on where a page ended") {
  Study study;
  for (int i = 0; i < 7; ++i) {
    Run run = study.tracker().start_run({.project = "many", .experiment = "e", .name = "r" + std::to_string(i)});
    run.log_metric("m", i % 3);
    run.finish();
  }
  for (const char* order : {"", "name", "name desc", "metrics.m desc, name", "took_us, metrics.m",
                            "metrics.m, run desc", "project, ended desc"}) {
    CAPTURE(order);
    std::vector<std::string> whole;
    for (const Node& node : study.query().runs({.order_by = order})) whole.push_back(node.ref);
    std::vector<std::string> paged;
    Select select{.order_by = order, .limit = 2};
    for (int pages = 0; pages < 10; ++pages) {
      const Page page = study.query().page(Kind::run, select);
      for (const Node& node : page.nodes) paged.push_back(node.ref);
      if (!page.next) break;
      CHECK(page.nodes.size() == 2);
      select.after = *page.next;
    }
    CHECK(paged == whole);
  }
}

TEST_CASE("a page's end stays where it is when runs come in, and is refused for another question") {
  Study study;
  Select select{.order_by = "name", .limit = 1};
  const Page first = study.query().page(Kind::run, select);
  REQUIRE(first.next);
  study.tracker().start_run({.name = "aaa"}).finish();
  study.tracker().start_run({.name = "mmm"}).finish();
  select.after = *first.next;
  CHECK(study.query().page(Kind::run, select).nodes.at(0).name == "mmm");
  const auto code = [&](Kind kind, const Select& changed) {
    try {
      study.query().page(kind, changed);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::io;
  };
  CHECK(code(Kind::run, {.order_by = "name desc", .after = *first.next}) == ErrorCode::invalid_argument);
  CHECK(code(Kind::run, {.where = "name = 'mmm'", .order_by = "name", .after = *first.next}) ==
        ErrorCode::invalid_argument);
  CHECK(code(Kind::model, {.order_by = "name", .after = *first.next}) == ErrorCode::invalid_argument);
  CHECK(code(Kind::run, {.order_by = "name", .after = "12"}) == ErrorCode::invalid_argument);
  CHECK(code(Kind::run, {.order_by = "name", .after = "no cursor"}) == ErrorCode::invalid_argument);
  CHECK(code(Kind::run, {.order_by = "name", .after = first.next->substr(0, first.next->size() - 2)}) ==
        ErrorCode::invalid_argument);
}

TEST_CASE("keys come back from a cursor as they were") {
  using ask::Key;
  const std::vector<Key> keys = {Key(), Key(std::int64_t{-3}), Key(0.1), Key(std::string("a\0b", 3)),
                                 Key(std::vector<std::uint8_t>{0, 255})};
  CHECK(ask::read_cursor(ask::write_cursor(7, keys), 7, keys.size()) == keys);
  CHECK(ask::compare(Key(), Key(1.0), true) > 0);
  CHECK(ask::compare(Key(std::int64_t{2}), Key(1.5), false) > 0);
  CHECK(ask::compare(Key(std::int64_t{2}), Key(1.5), true) < 0);
  CHECK(ask::compare(Key(std::string("a")), Key(1.5), false) > 0);
}

TEST_CASE("a listing is a table as well") {
  const Study study;
  const Table runs = study.query().table(Kind::run, {.order_by = "name"});
  const auto column = [](const Table& table, const std::string& name) {
    for (const TableColumn& one : table.columns)
      if (one.name == name) return one;
    FAIL("there is no column " << name);
    return TableColumn{};
  };
  CHECK(runs.rows() == 2);
  CHECK(cell_text(column(runs, "name"), 0) == "logged");
  CHECK(column(runs, "run").texts[1] == study.model.run.str());
  CHECK(column(runs, "params.C").type == TableColumn::Type::integer);
  CHECK(column(runs, "params.C").missing == std::vector<bool>{false, true});
  CHECK(column(runs, "metrics.loss").numbers[1] == 0.4);
  CHECK(column(runs, "metrics.auc").numbers[1] == 0.95);
  CHECK(column(runs, "started").type == TableColumn::Type::time);
  const Table chosen = study.query().table(
      Kind::run, {.order_by = "name",
                  .fields = {"name, params.C", "best(metrics.loss)", "metrics.auc[test]", "tags.Stage", "status"}});
  CHECK(chosen.columns.size() == 6);
  CHECK(column(chosen, "params.C").integers == std::vector<std::int64_t>{7, 5});
  CHECK(column(chosen, "best(metrics.loss)").numbers == std::vector<double>{0.7, 0.2});
  CHECK(column(chosen, "metrics.auc[test]").numbers[1] == 0.8);
  CHECK(column(chosen, "tags.Stage").texts[0] == "50%_done");
  CHECK_THROWS_AS(study.query().table(Kind::run, {.fields = {"name", "name"}}), Error);
  CHECK_THROWS_AS(study.query().table(Kind::run, {.fields = {"estimator"}}), Error);
  CHECK(study.query().table(Kind::model, {.limit = 1}).next.has_value());
  for (const Kind kind : {Kind::project, Kind::experiment, Kind::call, Kind::dataset, Kind::model, Kind::artifact}) {
    const Table table = study.query().table(kind);
    const std::vector<Node> nodes = study.query().page(kind, {.limit = 0}).nodes;
    REQUIRE(table.rows() == nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      CHECK(column(table, "ref").texts[i] == nodes[i].ref);
      CHECK(column(table, kind == Kind::call ? "started" : "at").integers[i] == nodes[i].at_us);
    }
  }
}

}  // namespace mltrack
