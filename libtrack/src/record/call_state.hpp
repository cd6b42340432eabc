#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/call.hpp>

#include "record/run_state.hpp"

namespace mltrack::record {

/// A call that has been written, and what is needed to end it.
class CallState {
 public:
  /// Writes the call, its spec and its inputs.
  static CallState begin(store::Writer& rows, const RunState& run, const CallInfo& info);

  /// Writes the outputs, the metrics and the status.
  void end(store::Writer& rows, const CallResult& result);
  void fail(store::Writer& rows, const std::string& error_type, const std::string& message, std::int64_t overhead_us);

  std::int64_t took_us() const;

  std::shared_ptr<RunState> owner;  // keeps the run alive; empty for one-shot calls
  store::RunRow run;
  store::Stored node;
  std::string op;
  std::string estimator;
  std::vector<store::Stored> input_rows;
  std::vector<std::string> slots;
  std::vector<NodeRef> inputs;
  std::vector<NodeRef> outputs;
  std::optional<int> wait_ms;
  bool ended = false;

 private:
  /// `model`: what the metric is about where it names no subject; 0 where the call has none.
  void write_metric(store::Writer& rows, const CallMetric& metric, store::RowId model, std::int64_t at_us) const;
  std::optional<store::RowId> measured_on(store::Writer& rows, const CallMetric& metric) const;
  std::optional<store::RowId> input(std::string_view slot) const;

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace mltrack::record
