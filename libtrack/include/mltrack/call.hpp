#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/dataset.hpp>
#include <mltrack/digest.hpp>
#include <mltrack/fitted.hpp>
#include <mltrack/id.hpp>
#include <mltrack/value.hpp>

namespace mltrack {

/// A node something was derived from, and how that is known. `slot` names the edge where there is no better one.
struct Source {
  NodeRef node;
  std::string via = "declared";
  std::string slot = "from";
};

/// Something that flows into or out of a call.
///
/// Either `node` names a node that exists, and the edge is hung there; or the other fields describe an object and the
/// store decides: with `sources` it becomes a new node derived from them; otherwise, as an input, it is looked up by
/// its content among what recorded calls produced, then by its columns, and is a new source if neither is found (docs/
/// architecture.md, "Which node is this input?").
struct Flow {
  std::string slot{};  ///< X, y, sample_weight, model, output, train[0], ...
  std::optional<NodeRef> node{};
  std::string via{};                            ///< how the caller knows `node`; inputs only, empty means "object"
  Kind kind = Kind::dataset;                    ///< dataset, model or artifact
  std::string type{};                           ///< class path, dtype family or media type
  std::string name{};                           ///< the user's name for it
  std::shared_ptr<const DatasetDigest> data{};  ///< of a dataset; null when it cannot be digested
  Digest digest{};                              ///< of a model's fitted state or of a file
  std::int64_t size_bytes = -1;                 ///< of a file
  std::string location{};                       ///< of a file: where it is, as the user wrote it
  std::vector<Source> sources{};
  std::shared_ptr<const Fitted> fitted{};  ///< of a new model: what it says about itself; null where nothing is known
  bool untracked = false;                  ///< the object takes no weak reference (a list): what the same run took
                                           ///< counts as a candidate too
};

/// A dataset in the caller's memory as an input or an output; it is digested before the function returns.
Flow data_flow(std::string slot, const DatasetView& data);

/// A metric that belongs to a call.
struct CallMetric {
  std::string name;
  double value = 0;
  NodeRef subject{};  ///< absent: the model that flowed in, else the one that came out, else the run
  NodeRef dataset{};  ///< absent: the input X, else y_true's node, else none
};

/// What is known when a call begins. In `begin_fit` & co. `op` is set for you.
struct CallInfo {
  std::string estimator{};  ///< dotted name of the estimator's class or of the function
  Params params{};
  std::vector<Flow> inputs{};
  std::string name{};
  CallRef parent{};      ///< the call this one runs inside of
  std::string source{};  ///< file:line that made the call
  std::string op{};
  std::optional<int> wait_ms{};  ///< how long begin and end wait for another writer; absent: as the store was opened
};

/// What is known when a call ends.
struct CallResult {
  Digest model_digest{};  ///< of a fit: the fitted state, where it can be digested
  std::vector<Flow> outputs{};
  std::vector<CallMetric> metrics{};
  std::int64_t took_us = -1;     ///< absent: the time since begin
  std::int64_t overhead_us = 0;  ///< time the caller spent on tracking
};

namespace record {
class CallState;
}

/// One operation that has begun. It was committed with its inputs when it was made.
///
/// Movable, not copyable; used by one thread at a time. Destroying it before `end` or `fail` stores it as failed, with
/// the words "left without an end", and never throws.
class Call {
 public:
  explicit Call(std::unique_ptr<record::CallState> state) noexcept;
  Call(Call&&) noexcept;
  Call& operator=(Call&&) noexcept;
  ~Call();

  CallRef ref() const noexcept;

  /// The nodes of the inputs, in the order they were given.
  const std::vector<NodeRef>& inputs() const noexcept;

  /// Commits the outputs, the metrics and the status. A fit that lists no model among its outputs gets one, with slot
  /// "model". Calls still running below this one become lost. Returns the first output, or nothing where there is none.
  /// Throws Error(wrong_state) when the call has ended, Error(busy) or Error(io) with nothing written.
  NodeRef end(CallResult result = {});

  /// Commits the call as failed. Errors as for `end`.
  void fail(const std::string& error_type, const std::string& message, std::int64_t overhead_us = 0);

  /// The nodes of the outputs after `end`, in the order they were given.
  const std::vector<NodeRef>& outputs() const noexcept;

 private:
  std::unique_ptr<record::CallState> state_;
};

}  // namespace mltrack
