#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include <mltrack/run.hpp>

#include "store/store.hpp"

namespace mltrack::record {

class RunState;

/// Events of a run that wait to be written together. The batch's own thread adds, any thread may flush; no lock is held
/// while user code runs.
class BatchState : public store::Pending {
 public:
  struct MetricEvent {
    std::string name;
    double value;
    MetricInfo info;
    std::int64_t at_us;
  };
  struct ParamEvent {
    std::string name;
    Value value;
  };
  struct TagEvent {
    std::string key;
    std::string value;
    std::int64_t at_us;
  };
  using Event = std::variant<MetricEvent, ParamEvent, TagEvent>;

  explicit BatchState(std::shared_ptr<RunState> run) : run_(std::move(run)) {}

  /// Throws what was refused before.
  void add(Event event);
  void flush_or_throw();

  /// Keeps what is refused for the batch's own next use: it is no concern of who flushes.
  void flush() override;

 private:
  void raise_refused();
  void disown_after_fork();

  std::shared_ptr<RunState> run_;
  pid_t owner_ = getpid();
  std::mutex mutex_;
  std::vector<Event> events_;
  std::exception_ptr refused_;
  std::chrono::steady_clock::time_point oldest_{};
};

}  // namespace mltrack::record
