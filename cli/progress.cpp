#include "progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "grid.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

Progress* current = nullptr;

constexpr std::size_t shortest_line = 40;

}  // namespace

Progress::Progress(std::string doing) : doing_(std::move(doing)) {
  if (::isatty(STDERR_FILENO) == 0) return;
  thread_ = std::thread([this] { watch(); });
  current = this;
}

Progress::~Progress() { end(); }

void Progress::watch() {
  const std::size_t room = std::max(terminal_width(), shortest_line) - 25;
  const std::string doing = cut(visible(doing_), room);
  bool said = false;
  std::unique_lock lock(mutex_);
  for (int seconds = 1; !ended_.wait_for(lock, std::chrono::seconds(1), [this] { return over_; }); ++seconds) {
    std::fprintf(stderr, "\r\x1b[Kstill working: %s, %d s", doing.c_str(), seconds);
    said = true;
  }
  if (said) std::fputs("\r\x1b[K", stderr);
}

void Progress::end() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
  current = nullptr;
}

void end_progress() {
  if (current != nullptr) current->end();
}

}  // namespace mltrack::cli
