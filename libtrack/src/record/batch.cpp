#include "record/batch_state.hpp"

#include <utility>

#include <mltrack/error.hpp>

#include "record/run_state.hpp"

namespace mltrack {
namespace record {

namespace {

constexpr std::size_t most_events = 500;
constexpr std::chrono::milliseconds longest_wait{200};

class EventWriter {
 public:
  EventWriter(store::Writer& rows, const RunState& run) : rows_(rows), run_(run) {}

  void operator()(const BatchState::MetricEvent& event) {
    const store::RowId subject = run_.find(rows_, event.info.subject);
    const auto dataset = event.info.dataset ? std::optional(rows_.find(event.info.dataset)) : std::nullopt;
    rows_.point(subject, event.name, dataset, std::nullopt, event.value, event.info.step, event.at_us);
  }
  void operator()(const BatchState::ParamEvent& event) { rows_.run_param(run_.row.id, event.name, event.value); }
  void operator()(const BatchState::TagEvent& event) { rows_.tag(run_.row.id, event.key, event.value, event.at_us); }

 private:
  store::Writer& rows_;
  const RunState& run_;
};

}  // namespace

void BatchState::add(Event event) {
  run_->check_running();
  bool due = false;
  {
    const store::Fork::Use use;
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    disown_after_fork();
    if (events_.empty()) oldest_ = now;
    events_.push_back(std::move(event));
    due = events_.size() >= most_events || now - oldest_ > longest_wait;
  }
  if (due) flush();
  raise_refused();
}

void BatchState::flush_or_throw() {
  flush();
  raise_refused();
}

void BatchState::raise_refused() {
  const store::Fork::Use use;
  const std::scoped_lock lock(mutex_);
  if (refused_) std::rethrow_exception(std::exchange(refused_, nullptr));
}

void BatchState::disown_after_fork() {
  if (getpid() == owner_) return;
  events_.clear();  // copies of what the parent gathered, and the parent writes
  refused_ = nullptr;
  owner_ = getpid();
}

void BatchState::flush() {
  const store::Fork::Use use;
  const std::scoped_lock lock(mutex_);
  disown_after_fork();
  while (!events_.empty()) {
    auto event = events_.begin();
    try {
      run_->store->write([&](store::Writer& rows) {
        EventWriter writer(rows, *run_);
        for (; event != events_.end(); ++event) std::visit(writer, *event);
      });
      events_.clear();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::invalid_argument && error.code() != ErrorCode::not_found) throw;
      if (!refused_) refused_ = std::current_exception();
      events_.erase(event);
    }
  }
}

}  // namespace record

Batch::Batch(std::shared_ptr<record::BatchState> state) noexcept : state_(std::move(state)) {}
Batch::Batch(Batch&&) noexcept = default;

Batch& Batch::operator=(Batch&& other) noexcept {
  Batch(std::move(*this));  // writes what is pending
  state_ = std::move(other.state_);
  return *this;
}

Batch::~Batch() {
  if (!state_) return;
  try {
    state_->flush();
  } catch (const std::exception&) {  // a destructor must not throw; flush() is there for who wants to know
  }
}

void Batch::log_metric(const std::string& name, double value, const MetricInfo& info) {
  state_->add(record::BatchState::MetricEvent{name, value, info, store::now_us()});
}

void Batch::log_param(const std::string& name, const Value& value) {
  state_->add(record::BatchState::ParamEvent{name, value});
}

void Batch::set_tag(const std::string& key, const std::string& value) {
  state_->add(record::BatchState::TagEvent{key, value, store::now_us()});
}

void Batch::flush() { state_->flush_or_throw(); }

}  // namespace mltrack
