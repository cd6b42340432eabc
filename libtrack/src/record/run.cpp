#include <fmt/format.h>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>

#include "record/batch_state.hpp"
#include "record/call_state.hpp"
#include "record/resolve.hpp"
#include "record/run_state.hpp"
#include "store/objects.hpp"
#include "value/quoted.hpp"

namespace mltrack {

const char* to_string(RunStatus status) noexcept {
  switch (status) {
    case RunStatus::running:
      return "running";
    case RunStatus::finished:
      return "finished";
    case RunStatus::failed:
      return "failed";
    case RunStatus::interrupted:
      return "interrupted";
    case RunStatus::lost:
      return "lost";
  }
  return "running";
}

namespace record {

void RunState::check_running() const {
  if (detached)
    throw Error(ErrorCode::wrong_state,
                fmt::format("this handle of the run {} was given up by detach; attach to the run again to record more",
                            value::quoted(row.name)));
  if (status != RunStatus::running)
    throw Error(ErrorCode::wrong_state, fmt::format("the run {} is {}; start a new run to record more",
                                                    value::quoted(row.name), to_string(status)));
}

void RunState::finish(RunStatus end) {
  if (end == status) return;
  if (end == RunStatus::running || end == RunStatus::lost)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a run cannot be ended as '{}'; expected finished, failed or interrupted", to_string(end)));
  status = write([&](store::Writer& rows) { return rows.end_run(row.id, end); }, true);
}

}  // namespace record

namespace {

Flow flow_of(const DatasetInfo& info) {
  Flow flow = data_flow({}, {.columns = info.columns, .matrix = info.matrix, .names = info.names});
  flow.name = info.name;
  flow.sources = info.sources;
  return flow;
}

Flow flow_of(const std::filesystem::path& path, const FileDigest& file) {
  return {.slot = "file",
          .kind = Kind::artifact,
          .name = path.filename().string(),
          .digest = file.sha256,
          .size_bytes = file.size_bytes,
          .location = path.string()};
}

/// The metric's subject and dataset are names; a name that names nothing fails before anything is written.
void write_metric(store::Writer& rows, const record::RunState& run, const std::string& name, double value,
                  const MetricInfo& info) {
  const store::RowId subject = run.find(rows, info.subject);
  const auto dataset = info.dataset ? std::optional(rows.find(info.dataset)) : std::nullopt;
  rows.point(subject, name, dataset, std::nullopt, value, info.step, store::now_us());
}

}  // namespace

Run::Run(std::shared_ptr<record::RunState> state) noexcept : state_(std::move(state)) {}
Run::Run(Run&&) noexcept = default;

Run& Run::operator=(Run&& other) noexcept {
  Run(std::move(*this));  // finishes the run this handle had
  state_ = std::move(other.state_);
  return *this;
}

Run::~Run() {
  if (!state_ || !state_->is_to_end()) return;
  try {
    state_->finish(std::uncaught_exceptions() > state_->exceptions ? RunStatus::failed : RunStatus::finished);
  } catch (const std::exception&) {  // a destructor must not throw; the run reads as lost once the process is gone
  }
}

RunRef Run::ref() const noexcept { return {NodeRef{state_->row.uid, 0}}; }
const Uid& Run::uid() const noexcept { return state_->row.uid; }
const std::string& Run::name() const noexcept { return state_->row.name; }
const std::string& Run::project() const noexcept { return state_->row.project; }
const std::string& Run::experiment() const noexcept { return state_->row.experiment; }
RunStatus Run::status() const noexcept { return state_->status; }

void Run::log_param(const std::string& name, const Value& value) { log_params({{name, value}}); }

void Run::log_params(const Params& params) {
  state_->write([&](store::Writer& rows) {
    for (const auto& [name, value] : params) rows.run_param(state_->row.id, name, value);
  });
}

void Run::log_metric(const std::string& name, double value, const MetricInfo& info) {
  state_->write([&](store::Writer& rows) { write_metric(rows, *state_, name, value, info); });
}

void Run::log_metrics(const std::map<std::string, double>& metrics, const MetricInfo& info) {
  state_->write([&](store::Writer& rows) {
    for (const auto& [name, value] : metrics) write_metric(rows, *state_, name, value, info);
  });
}

NodeRef Run::log_node(const Flow& flow) {
  return state_->write([&](store::Writer& rows) { return record::resolve(rows, state_->row, flow, {}, {}).node.ref; });
}

DatasetRef Run::log_dataset(const DatasetInfo& info) { return {log_node(flow_of(info))}; }

ModelRef Run::log_model(const ModelInfo& info) {
  return {log_node({.kind = Kind::model,
                    .type = info.estimator,
                    .name = info.name,
                    .digest = info.digest,
                    .sources = info.sources})};
}

ArtifactRef Run::log_artifact(const ArtifactInfo& info) {
  state_->check_running();
  refuse_store_file(info.path, "record a backup of it");
  const FileDigest file = digest_file(info.path);
  Flow flow = flow_of(info.path, file);
  if (!info.name.empty()) flow.name = info.name;
  flow.type = info.media_type;
  flow.sources = info.sources;
  std::vector<std::uint8_t> bytes;
  const bool small = file.size_bytes <= store::inline_object_limit;
  if (info.store && small) bytes = store::read_small(info.path, file.sha256);
  if (info.store && !small) store::keep_object(*state_->store, file.sha256, info.path);
  return state_->write([&](store::Writer& rows) {
    const NodeRef ref = record::resolve(rows, state_->row, flow, {}, {}).node.ref;
    if (info.store)
      rows.object(rows.content(file.sha256, "file"), small ? std::optional(sqlite::Blob(bytes)) : std::nullopt);
    return ArtifactRef{ref};
  });
}

void Run::set_tag(const std::string& key, const std::string& value, NodeRef node) {
  state_->write([&](store::Writer& rows) { rows.tag(state_->find(rows, node), key, value, store::now_us()); });
}

void Run::log_note(const std::string& text, NodeRef node, const std::string& author) {
  state_->write([&](store::Writer& rows) { rows.note(state_->find(rows, node), text, author); });
}

void Run::set_tag(const std::string& key, const std::string& value, const std::vector<NodeRef>& nodes) {
  state_->write([&](store::Writer& rows) {
    for (const NodeRef& node : nodes) rows.tag(rows.find(node), key, value, store::now_us());
  });
}

void Run::log_note(const std::string& text, const std::vector<NodeRef>& nodes, const std::string& author) {
  state_->write([&](store::Writer& rows) {
    for (const NodeRef& node : nodes) rows.note(rows.find(node), text, author);
  });
}

Call Run::begin(CallInfo info) {
  if (info.op.empty())
    throw Error(ErrorCode::invalid_argument,
                "a call needs an operation such as fit, transform or score, and the one given is empty");
  const store::WaitLimit wait(info.wait_ms);
  auto call = std::make_unique<record::CallState>(
      state_->write([&](store::Writer& rows) { return record::CallState::begin(rows, *state_, info); }));
  call->owner = state_;
  call->wait_ms = info.wait_ms;
  return Call(std::move(call));
}

namespace {
CallInfo with_op(CallInfo info, const char* op) {
  info.op = op;
  return info;
}
}  // namespace

Call Run::begin_fit(CallInfo info) { return begin(with_op(std::move(info), "fit")); }
Call Run::begin_transform(CallInfo info) { return begin(with_op(std::move(info), "transform")); }
Call Run::begin_predict(CallInfo info) { return begin(with_op(std::move(info), "predict")); }
Call Run::begin_score(CallInfo info) { return begin(with_op(std::move(info), "score")); }
Call Run::begin_split(CallInfo info) { return begin(with_op(std::move(info), "split")); }
Call Run::begin_read(CallInfo info) { return begin(with_op(std::move(info), "read")); }

LoggedCall Run::record_call(CallInfo info, CallResult result) {
  if (result.took_us < 0) result.took_us = 0;
  const store::WaitLimit wait(info.wait_ms);
  return state_->write([&](store::Writer& rows) {
    record::CallState call = record::CallState::begin(rows, *state_, info);
    call.end(rows, result);
    return LoggedCall{{call.node.ref}, std::move(call.inputs), std::move(call.outputs)};
  });
}

NodeRef Run::log_call(CallInfo info, CallResult result) {
  const LoggedCall logged = record_call(std::move(info), std::move(result));
  return logged.outputs.empty() ? NodeRef() : logged.outputs.front();
}

ModelRef Run::log_fit(CallInfo info, CallResult result) {
  return {log_call(with_op(std::move(info), "fit"), std::move(result))};
}

DatasetRef Run::log_transform(CallInfo info, CallResult result) {
  return {log_call(with_op(std::move(info), "transform"), std::move(result))};
}

DatasetRef Run::log_predict(CallInfo info, CallResult result) {
  return {log_call(with_op(std::move(info), "predict"), std::move(result))};
}

void Run::log_score(CallInfo info, CallResult result) {
  log_call(with_op(std::move(info), "score"), std::move(result));
}

DatasetRef Run::log_read(const std::filesystem::path& path, const DatasetInfo& info) {
  state_->check_running();
  refuse_store_file(path, "read what it holds by a query");
  Flow frame = flow_of(info);
  frame.slot = "output";
  CallInfo call{.estimator = "read", .inputs = {flow_of(path, digest_file(path))}, .op = "read"};
  return {log_call(std::move(call), {.outputs = {std::move(frame)}})};
}

Batch Run::batch() {
  state_->check_running();
  auto batch = std::make_shared<record::BatchState>(state_);
  state_->store->add_pending(batch);
  return Batch(std::move(batch));
}

void Run::flush() {
  state_->store->flush_pending();
  state_->store->flush();
}

void Run::finish(RunStatus status) { state_->finish(status); }
void Run::detach() noexcept { state_->detached = true; }

}  // namespace mltrack
