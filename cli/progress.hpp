#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mltrack::cli {

/// Says on a terminal's standard error what is being done, once that takes longer than a second, until it is over.
/// Says nothing where standard error is no terminal.
class Progress {
 public:
  explicit Progress(std::string doing);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  friend void end_progress();

  void watch();
  void end();

  std::string doing_;
  std::mutex mutex_{};
  std::condition_variable ended_{};
  bool over_ = false;
  std::thread thread_{};
};

/// Ends what is said, before an answer is written.
void end_progress();

}  // namespace mltrack::cli
