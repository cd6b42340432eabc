#pragma once

#include <cstdint>
#include <string>

namespace mltrack::store {

/// A process as the run table names it. Empty or zero means not known.
struct Process {
  std::string host{};
  std::string boot_id{};
  std::int64_t pid = 0;
  std::int64_t pid_started = 0;  ///< clock ticks since boot
};

/// The calling process; right after fork() too.
Process this_process();

/// False when the process is known to be gone. One on another host, or of which nothing is known, counts as alive.
bool alive(const Process& process);

}  // namespace mltrack::store
