#pragma once

#include <unistd.h>

#include <atomic>
#include <exception>
#include <memory>

#include <mltrack/run.hpp>

#include "store/store.hpp"

namespace mltrack::record {

/// A run that is being written. Threads may share it.
class RunState {
 public:
  /// `ends_with_handle`: the run is finished when its last handle goes; not so where another process began it.
  RunState(std::shared_ptr<store::Store> opened, store::RunRow run, bool ends_with_handle)
      : store(std::move(opened)), row(std::move(run)), status(row.status), ends_with_handle_(ends_with_handle) {}

  /// Runs `body(writer)` in one commit, after pending batches. Throws Error(wrong_state) when the run has ended.
  template <class Body>
  auto write(Body&& body, bool power_safe = false) {
    check_running();
    store->flush_pending();
    return store->write(std::forward<Body>(body), power_safe);
  }

  void check_running() const;

  /// True when a handle that goes away must end the run: not in a forked child, where the run is still its parent's.
  bool is_to_end() const noexcept {
    return ends_with_handle_ && status == RunStatus::running && !detached && getpid() == owner;
  }
  void finish(RunStatus end);

  /// The row of a node named by the caller; the run itself when `ref` names nothing.
  store::RowId find(store::Writer& rows, const NodeRef& ref) const { return ref ? rows.find(ref) : row.id; }

  const std::shared_ptr<store::Store> store;
  const store::RunRow row;
  std::atomic<RunStatus> status;
  std::atomic<bool> detached = false;
  const pid_t owner = getpid();
  int exceptions = std::uncaught_exceptions();

 private:
  const bool ends_with_handle_;
};

}  // namespace mltrack::record
