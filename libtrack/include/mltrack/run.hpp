#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/call.hpp>
#include <mltrack/environment.hpp>
#include <mltrack/trial.hpp>

namespace mltrack {

/// How far a run has come. `lost` is computed on reading: its process is gone without having ended it.
enum class RunStatus : std::uint8_t { running, finished, failed, interrupted, lost };
const char* to_string(RunStatus status) noexcept;

/// What `Tracker::start_run` needs to know. Missing names become "default"; a missing run name is made from the uid.
struct RunInfo {
  std::string project{};
  std::string experiment{};
  std::string name{};
  std::map<std::string, std::string> tags{};
  Uid part_of{};                ///< the run this one is a part of, written elsewhere
  std::int64_t part_call = -1;  ///< the number of the call there it belongs below
};

/// A dataset to record on its own. `columns` and `matrix` are digested in place, before the function returns.
struct DatasetInfo {
  std::string name{};
  std::vector<ColumnView> columns{};
  std::optional<Matrix> matrix{};
  std::vector<std::string> names{};  ///< of the matrix's columns
  std::vector<Source> sources{};     ///< what it was derived from; none: looked up by content
};

/// A file to record. `store` keeps its bytes: in the store up to 256 KiB, else in `<store>.objects/`.
struct ArtifactInfo {
  std::filesystem::path path{};
  std::string name{};  ///< absent: the file's name
  std::string media_type{};
  std::vector<Source> sources{};
  bool store = true;
};

/// A model to record without a fit (trained elsewhere, or loaded).
struct ModelInfo {
  std::string estimator{};
  std::string name{};
  Digest digest{};
  std::vector<Source> sources{};
};

/// A call that was recorded in one commit, with the nodes of its inputs in the order they were given. A fit that listed
/// no model among its outputs has it first.
struct LoggedCall {
  CallRef call;
  std::vector<NodeRef> inputs{};
  std::vector<NodeRef> outputs{};
};

/// Options of a metric.
struct MetricInfo {
  NodeRef subject{};  ///< absent: the run
  NodeRef dataset{};
  std::optional<std::int64_t> step{};  ///< absent: the number of points so far
};

namespace record {
class RunState;
class BatchState;
}  // namespace record

/// Gathers metrics, parameters and tags of a run in memory and commits them together: at 500 events, with the first
/// event more than 200 ms after the oldest, on `flush` and on destruction. Any call or query on the run commits them
/// first. Used by one thread at a time. What is still in memory dies with the process. An event that the store refuses
/// (a parameter with another value, a subject that does not exist) is left out and the others are committed; the next
/// use of the batch throws what was refused.
class Batch {
 public:
  explicit Batch(std::shared_ptr<record::BatchState> state) noexcept;
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;
  ~Batch();

  void log_metric(const std::string& name, double value, const MetricInfo& info = {});
  void log_param(const std::string& name, const Value& value);
  void set_tag(const std::string& key, const std::string& value);

  /// Commits what was gathered. Throws as Run::log_metric; after Error(busy) or Error(io) what was gathered is kept for
  /// the next attempt.
  void flush();

 private:
  std::shared_ptr<record::BatchState> state_;
};

/// A run that is being written. Movable; threads may share one. Every function commits before it returns: what returned
/// survives the death of the process. Power-safe at `finish`, on `flush`, and within a second of further writing.
/// Functions throw Error(wrong_state) after `finish`, Error(busy) when another writer held the store for 10 s,
/// Error(io) when the disk refuses; nothing is then written. Destroying a run that was not finished finishes it, as
/// failed while an exception is in flight, and never throws.
class Run {
 public:
  explicit Run(std::shared_ptr<record::RunState> state) noexcept;
  Run(Run&&) noexcept;
  Run& operator=(Run&&) noexcept;
  ~Run();

  RunRef ref() const noexcept;
  const Uid& uid() const noexcept;
  const std::string& name() const noexcept;
  const std::string& project() const noexcept;
  const std::string& experiment() const noexcept;
  RunStatus status() const noexcept;

  /// Records a parameter of the run. Logging the same value again changes nothing; another value is refused with
  /// Error(invalid_argument): a parameter is what the run was given, a series is a metric.
  void log_param(const std::string& name, const Value& value);
  void log_params(const Params& params);

  /// Appends a point to the series of (subject, name, dataset) and makes it the metric's value.
  void log_metric(const std::string& name, double value, const MetricInfo& info = {});
  void log_metrics(const std::map<std::string, double>& metrics, const MetricInfo& info = {});

  DatasetRef log_dataset(const DatasetInfo& info);
  /// The same for an object described as a flow, as language bindings do; `flow.slot` is ignored.
  NodeRef log_node(const Flow& flow);
  /// Error(invalid_argument) for the store's own file: record a backup of it.
  ArtifactRef log_artifact(const ArtifactInfo& info);
  ModelRef log_model(const ModelInfo& info);

  /// Keeps the bytes of a model, as ArtifactInfo does, so that it can be loaded again: an artifact derived from the
  /// model. The same bytes of the same model are kept once. Throws Error(invalid_argument) without a format and
  /// Error(not_found) for a model that the store does not hold.
  ArtifactRef log_dump(const ModelRef& model, std::span<const std::uint8_t> bytes, const DumpInfo& info);

  /// Records the program behind the run, and keeps the text of what differed from its revision, where there is any.
  /// A run has one program and one environment: a second one throws Error(wrong_state). `wait_ms` is how long to wait
  /// for another writer; absent: as the store was opened.
  void log_code(const CodeInfo& info, std::string_view diff = {}, std::optional<int> wait_ms = {});
  void log_environment(const EnvironmentInfo& info, std::optional<int> wait_ms = {});

  /// Labels the run, or any node of the store. The last value counts.
  void set_tag(const std::string& key, const std::string& value, NodeRef node = {});
  void log_note(const std::string& text, NodeRef node = {}, const std::string& author = {});
  /// The same for several nodes, in one commit.
  void set_tag(const std::string& key, const std::string& value, const std::vector<NodeRef>& nodes);
  void log_note(const std::string& text, const std::vector<NodeRef>& nodes, const std::string& author = {});

  /// Begin an operation: commits the call, its parameters and its inputs.
  Call begin(CallInfo info);
  Call begin_fit(CallInfo info);
  Call begin_transform(CallInfo info);
  Call begin_predict(CallInfo info);
  Call begin_score(CallInfo info);
  Call begin_split(CallInfo info);
  Call begin_read(CallInfo info);

  /// Begin and end in one commit, for work that is already done. Return the first output: the model, the dataset, ...
  NodeRef log_call(CallInfo info, CallResult result = {});
  /// The same for who wants all its nodes.
  LoggedCall record_call(CallInfo info, CallResult result = {});
  ModelRef log_fit(CallInfo info, CallResult result = {});
  DatasetRef log_transform(CallInfo info, CallResult result);
  DatasetRef log_predict(CallInfo info, CallResult result);
  void log_score(CallInfo info, CallResult result);

  /// Reading a file: the file's artifact flows into a read call and `info` comes out of it.
  DatasetRef log_read(const std::filesystem::path& path, const DatasetInfo& info);

  /// The fits of a search or a cross-validation, once they are done, in one commit: a call `trial` for each, below the
  /// call that had it done. Returns the model of each trial, or nothing for one whose model was not kept.
  std::vector<NodeRef> log_trials(const TrialsInfo& info);

  Batch batch();

  /// Makes everything committed so far power-safe.
  void flush();

  /// Ends the run; power-safe when it returns. `failed`, `interrupted` and `finished` are accepted. Calls that are
  /// still running become lost. A second call with the same status changes nothing; a run that another process or
  /// handle has ended already keeps the status it ended with.
  void finish(RunStatus status = RunStatus::finished);

  /// Gives up this handle without ending the run, which goes on in another process or through `Tracker::attach`.
  void detach() noexcept;

 private:
  std::shared_ptr<record::RunState> state_;
};

}  // namespace mltrack
