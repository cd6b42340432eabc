#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <mltrack/alarm.hpp>
#include <mltrack/call.hpp>
#include <mltrack/environment.hpp>
#include <mltrack/run.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::store {

using RowId = std::int64_t;

/// A node inside this file and outside it.
struct Stored {
  RowId id = 0;
  NodeRef ref;
};

struct NodeRow {
  RowId run = 0;
  Uid uid;  // of the run
  Kind kind = Kind::dataset;
  std::string_view type{};
  std::string_view name{};
  std::optional<RowId> content{};
  bool made = false;  // it comes out of a call
};

struct RunRow {
  RowId id = 0;
  Uid uid;
  std::string project;
  std::string experiment;
  std::string name;
  RunStatus status = RunStatus::running;
};

/// How many columns of a dataset or of a model's input get rows of their own.
constexpr std::size_t most_column_rows(bool named) noexcept { return named ? 4'096 : 256; }

struct CallRow {
  RowId id = 0;
  std::string_view op{};
  std::optional<RowId> spec{};
  std::optional<RowId> parent{};
  std::int64_t started_us = 0;
  std::string_view source{};
};

struct TrialRow {
  RowId id = 0;  // of its call
  std::int64_t candidate = 0;
  std::int64_t fold = 0;
  std::optional<RowId> rows{};
  std::optional<std::int64_t> fit_us{};
  std::optional<std::int64_t> score_us{};
};

/// A sign of leakage; found again, it is brought up to date.
struct AlarmRow {
  RowId run = 0;
  std::string kind;
  RowId subject = 0;
  Grade grade = Grade::note;
  std::optional<std::int64_t> counted{};
  std::optional<std::int64_t> total{};
  std::string advice;
  std::vector<std::pair<std::string, RowId>> nodes{};  // by role
};

/// A node that was copied, and whether this store did not have it.
struct Copied {
  RowId id = 0;
  bool is_new = false;
};

/// A row as another store holds it: cells by column. Ids in it are those of this file.
using RowCell = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::uint8_t>>;
using CopiedRow = std::vector<std::pair<std::string_view, RowCell>>;

/// The writing connection and the only code that inserts rows. All functions run inside a `Change`.
class Writer {
 public:
  Writer(const std::filesystem::path& path, int wait_ms);

  /// A transaction. What the caches learnt in it is forgotten unless `commit` was reached.
  class Change {
   public:
    explicit Change(Writer& writer);
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    ~Change();
    void commit();

   private:
    Writer& writer_;
    sqlite::Transaction transaction_;
    bool open_ = true;
  };

  sqlite::Connection& connection() noexcept { return connection_; }

  RowId name(std::string_view text);
  RowId content(const Digest& digest, std::string_view kind, std::int64_t size_bytes = -1);
  /// The content of a dataset with its columns.
  RowId dataset(const DatasetDigest& data);
  /// The content of an estimator class with its parameters.
  RowId spec(std::string_view estimator, const Params& params);

  RowId project(const std::string& name);
  RowId experiment(const std::string& project, const std::string& name);
  RunRow run(const RunInfo& info);
  /// The run with this uid; throws Error(not_found).
  RunRow find_run(const Uid& uid);

  Stored node(const NodeRow& row);
  void edge(RowId dst, RowId src, std::string_view slot, std::string_view via);
  void call(const CallRow& row);
  void end_call(RowId id, std::string_view status, std::int64_t took_us, std::int64_t overhead_us,
                std::string_view error_type, std::string_view error);
  /// Packed row numbers; without `train`, the fold was fitted on the other ones of `count` rows.
  RowId fold_rows(RowId call, std::int64_t nth, std::optional<sqlite::Blob> train, sqlite::Blob test,
                  std::int64_t count);
  void trial(const TrialRow& row);
  /// What a model says about itself.
  void fitted(RowId model, const Fitted& fitted);
  /// Makes this process the one that the run depends on, where the one it depended on is gone.
  void adopt_run(RowId id);
  /// Ends a run and returns the status it then has: that which it ended with before, where it has.
  RunStatus end_run(RowId id, RunStatus status);

  /// Appends a point and makes it the metric's value.
  void point(RowId subject, std::string_view name, std::optional<RowId> dataset, std::optional<RowId> call,
             double value, std::optional<std::int64_t> step, std::int64_t at_us);
  void run_param(RowId run, std::string_view name, const Value& value);
  void tag(RowId node, std::string_view key, std::string_view value, std::int64_t at_us);
  void note(RowId node, std::string_view text, std::string_view author);
  void location(RowId content, std::string_view uri);
  void object(RowId content, std::optional<sqlite::Blob> blob);
  /// What a fit learnt from; the first word counts.
  void learnt(RowId call, std::string_view what);
  RowId alarm(const AlarmRow& row);

  /// The program of a run and how it was started. Throws Error(wrong_state) when the run has them already.
  void code(RowId run, const CodeInfo& info);
  /// The content of an environment with its packages.
  RowId environment(const EnvironmentInfo& info);
  /// Makes it the run's; throws Error(wrong_state) when the run has one already.
  void run_environment(RowId run, const EnvironmentInfo& info);
  /// Makes the artifact `node` a stored form of `model`.
  void dump(RowId node, RowId model, const DumpInfo& info);

  /// The node a reference names; throws Error(not_found).
  RowId find(const NodeRef& ref);

  /// Rows of runs that were recorded elsewhere. What is there already stays as it is, unless the functions say
  /// otherwise; a copy of a copy changes nothing. `copy` is true when the row is new; `table` and the columns are
  /// literals, and those of a table the same in every call.
  bool copy(std::string_view table, const CopiedRow& row);
  /// The content; what was seen earlier counts.
  RowId copy_content(const Digest& digest, const CopiedRow& row, std::int64_t seen_us);
  void copy_location(RowId content, std::string_view uri, std::int64_t seen_us);
  /// The run's node and row; a run that has ended stays so, one that has not takes the status. What it lacks it gets.
  RowId copy_run(const Uid& uid, CopiedRow row, std::string_view status, std::optional<std::int64_t> ended_us);
  /// The node with this number; throws Error(invalid_argument) when it is something else here.
  Copied copy_node(RowId run, std::int64_t seq, Kind kind, const CopiedRow& row, std::optional<RowId> content);
  /// A call that has ended stays so, one that has not takes the row.
  void copy_call(const CopiedRow& row);
  /// The nth of several metrics with this subject, name, dataset and call; the longer series counts.
  RowId copy_metric(const CopiedRow& row, std::int64_t nth, std::int64_t points);
  void copy_note(RowId node, std::int64_t at_us, std::string_view author, std::string_view text);
  RowId copy_alarm(const CopiedRow& row);
  std::optional<RowId> copy_feature_list(const std::vector<std::string>& names) { return feature_list(names); }

 private:
  friend class Change;

  /// A metric of which points were written in the current change; its row is brought up to date when the change
  /// commits.
  struct Series {
    std::int64_t points = 0;
    double value = 0;
    std::int64_t at_us = 0;
    bool row_is_current = false;
  };
  /// Lets a map of strings be asked with a view.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };

  using SeriesKey = std::array<RowId, 3>;  // subject, name, dataset

  void forget_change() noexcept;
  RowId find_series(RowId subject, RowId name, std::optional<RowId> dataset);
  RowId new_series(RowId subject, RowId name, std::optional<RowId> dataset, std::optional<RowId> call, double value,
                   std::int64_t at_us);
  void add_point(RowId metric, double value, std::optional<std::int64_t> step, std::int64_t at_us);
  void write_series();
  std::int64_t next_seq(RowId run);
  void params(RowId spec, const Params& params);
  void columns(RowId content, const DatasetDigest& data);
  void dump_inputs(RowId node, const std::vector<InputColumn>& inputs);
  bool fitted_inputs(RowId node, RowId model);
  void features(RowId model, const Features& features);
  std::optional<RowId> feature_list(const std::vector<std::string>& names);

  sqlite::Connection connection_;
  std::unordered_map<std::string, RowId, TextHash, std::equal_to<>> names_;
  std::unordered_map<std::string, RowId> contents_;  // by the digest's bytes
  std::vector<std::string> new_names_;               // learnt in the current change
  std::vector<std::string> new_contents_;
  std::map<SeriesKey, RowId> series_ids_;
  std::unordered_map<RowId, Series> series_;  // of the current change
  RowId seq_run_ = 0;                         // run whose next number is known in the current change
  std::int64_t seq_ = 0;
  std::map<std::string, std::string, std::less<>> copying_;  // statements by table
};

/// UTC microseconds since 1970.
std::int64_t now_us();

}  // namespace mltrack::store
