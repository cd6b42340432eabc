#include <fmt/format.h>

#include <algorithm>

#include <mltrack/error.hpp>

#include "record/call_state.hpp"
#include "record/resolve.hpp"

namespace mltrack {
namespace record {

using store::RowId;

CallState CallState::begin(store::Writer& rows, const RunState& run, const CallInfo& info) {
  CallState call;
  call.run = run.row;
  call.op = info.op;
  call.estimator = info.estimator;
  std::vector<RowId> others;
  std::vector<std::string> vias;
  for (const Flow& flow : info.inputs) {
    const Resolved input = resolve(rows, run.row, flow, info.op, others);
    others.push_back(input.node.id);
    vias.push_back(input.via);
    call.input_rows.push_back(input.node);
    call.inputs.push_back(input.node.ref);
    call.slots.push_back(flow.slot);
  }
  const auto parent = info.parent ? std::optional(rows.find(info.parent)) : std::nullopt;
  const bool has_spec = info.op == "fit" || !info.params.empty();
  const auto spec = has_spec ? std::optional(rows.spec(info.estimator, info.params)) : std::nullopt;
  call.node =
      rows.node({.run = run.row.id, .uid = run.row.uid, .kind = Kind::call, .type = info.estimator, .name = info.name});
  rows.call({.id = call.node.id,
             .op = info.op,
             .spec = spec,
             .parent = parent,
             .started_us = store::now_us(),
             .source = info.source});
  for (std::size_t i = 0; i < others.size(); ++i) rows.edge(call.node.id, others[i], call.slots[i], vias[i]);
  return call;
}

void CallState::end(store::Writer& rows, const CallResult& result) {
  std::vector<Flow> flows = result.outputs;
  const bool has_model =
      std::any_of(flows.begin(), flows.end(), [](const Flow& flow) { return flow.kind == Kind::model; });
  if (op == "fit" && !has_model)
    flows.insert(flows.begin(),
                 Flow{.slot = "model", .kind = Kind::model, .type = estimator, .digest = result.model_digest});
  RowId model = input("model").value_or(0);
  for (const Flow& flow : flows) {
    const store::Stored output = make_node(rows, run, flow, true);
    if (flow.kind == Kind::model && model == 0) model = output.id;
    rows.edge(output.id, node.id, flow.slot.empty() ? "output" : flow.slot, {});
    outputs.push_back(output.ref);
  }
  const std::int64_t at_us = store::now_us();
  for (const CallMetric& metric : result.metrics) write_metric(rows, metric, model, at_us);
  rows.end_call(node.id, "finished", result.took_us < 0 ? took_us() : result.took_us, result.overhead_us, {}, {});
}

void CallState::fail(store::Writer& rows, const std::string& error_type, const std::string& message,
                     std::int64_t overhead_us) {
  rows.end_call(node.id, "failed", took_us(), overhead_us, error_type.empty() ? "unknown" : error_type, message);
}

std::int64_t CallState::took_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began_).count();
}

std::optional<RowId> CallState::input(std::string_view slot) const {
  const auto found = std::find(slots.begin(), slots.end(), slot);
  if (found == slots.end()) return std::nullopt;
  return input_rows[static_cast<std::size_t>(found - slots.begin())].id;
}

std::optional<RowId> CallState::measured_on(store::Writer& rows, const CallMetric& metric) const {
  if (metric.dataset) return rows.find(metric.dataset);
  if (const auto features = input("X")) return features;
  return input("y_true");
}

void CallState::write_metric(store::Writer& rows, const CallMetric& metric, RowId model, std::int64_t at_us) const {
  const RowId subject = metric.subject ? rows.find(metric.subject) : model ? model : run.id;
  rows.point(subject, metric.name, measured_on(rows, metric), node.id, metric.value, std::nullopt, at_us);
}

}  // namespace record

namespace {

record::CallState& alive(const std::unique_ptr<record::CallState>& state) {
  if (!state || state->ended) throw Error(ErrorCode::wrong_state, "this call has ended already; begin a new one");
  return *state;
}

}  // namespace

Flow data_flow(std::string slot, const DatasetView& data) {
  return {.slot = std::move(slot), .data = std::make_shared<DatasetDigest>(digest(data))};
}

Call::Call(std::unique_ptr<record::CallState> state) noexcept : state_(std::move(state)) {}
Call::Call(Call&&) noexcept = default;

Call& Call::operator=(Call&& other) noexcept {
  Call(std::move(*this));  // stores an unfinished call as failed
  state_ = std::move(other.state_);
  return *this;
}

Call::~Call() {
  if (!state_ || state_->ended || !state_->owner || !state_->owner->is_to_end()) return;
  try {
    fail("", "left without an end");
  } catch (const std::exception&) {  // a destructor must not throw; the call stays running and reads as lost
  }
}

CallRef Call::ref() const noexcept { return {state_ ? state_->node.ref : NodeRef()}; }
const std::vector<NodeRef>& Call::inputs() const noexcept { return state_->inputs; }
const std::vector<NodeRef>& Call::outputs() const noexcept { return state_->outputs; }

NodeRef Call::end(CallResult result) {
  record::CallState& state = alive(state_);
  if (result.took_us < 0) result.took_us = state.took_us();
  const store::WaitLimit wait(state.wait_ms);
  try {
    state.owner->write([&](store::Writer& rows) { state.end(rows, result); });
  } catch (...) {
    state.outputs.clear();
    throw;
  }
  state.ended = true;
  return state.outputs.empty() ? NodeRef() : state.outputs.front();
}

void Call::fail(const std::string& error_type, const std::string& message, std::int64_t overhead_us) {
  record::CallState& state = alive(state_);
  const store::WaitLimit wait(state.wait_ms);
  state.owner->write([&](store::Writer& rows) { state.fail(rows, error_type, message, overhead_us); });
  state.ended = true;
}

}  // namespace mltrack
