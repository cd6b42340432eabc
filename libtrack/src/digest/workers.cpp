#include "digest/workers.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mltrack {
namespace {

// Below this a thread costs more than it saves.
constexpr std::size_t bytes_per_worker = 4 << 20;

class Jobs {
 public:
  Jobs(std::size_t count, const std::function<void(std::size_t)>& job) : count_(count), job_(job) {}

  void work() noexcept {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        job_(i);
      } catch (...) {
        keep(i, std::current_exception());
      }
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void keep(std::size_t number, std::exception_ptr error) noexcept {
    const std::scoped_lock lock(mutex_);
    if (error_ && failed_ < number) return;
    failed_ = number;
    error_ = std::move(error);
  }

  std::size_t count_;
  const std::function<void(std::size_t)>& job_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t failed_ = 0;
  std::exception_ptr error_;
};

}  // namespace

unsigned workers_for(std::size_t bytes, unsigned bound) {
  const std::size_t useful = 1 + bytes / bytes_per_worker;
  const unsigned limit = bound != 0 ? bound : std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::min<std::size_t>(useful, limit));
}

void share_out(std::size_t count, unsigned workers, const std::function<void(std::size_t)>& job) {
  Jobs jobs(count, job);
  {
    std::vector<std::jthread> threads;
    const std::size_t others = std::min<std::size_t>(workers, count) - (count > 0 ? 1 : 0);
    try {
      for (std::size_t i = 0; i < others; ++i) threads.emplace_back([&jobs] { jobs.work(); });
    } catch (const std::system_error&) {
      // No more threads to be had: those that run, and this one, do all of it.
    }
    jobs.work();
  }
  jobs.rethrow();
}

}  // namespace mltrack
