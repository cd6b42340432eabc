#include "store/liveness.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

namespace mltrack::store {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

struct Stat {
  char state = '?';
  std::int64_t started = 0;
};

/// Fields 3 and 22 of /proc/<pid>/stat; the second field may hold spaces and parentheses, so counting starts behind it.
std::optional<Stat> process_stat(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  Stat stat;
  std::string field;
  for (int number = 3; number <= 22 && rest >> field; ++number) {
    if (number == 3) stat.state = field[0];
    if (number == 22) std::from_chars(field.data(), field.data() + field.size(), stat.started);
  }
  return stat;
}

const std::string& this_host() {
  static const std::string host = host_name();
  return host;
}

const std::string& this_boot() {
  static const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  return boot;
}

bool exists(std::int64_t pid) { return kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM; }

}  // namespace

Process this_process() {
  const std::int64_t pid = getpid();
  return {this_host(), this_boot(), pid, process_stat(pid).value_or(Stat{}).started};
}

bool alive(const Process& process) {
  if (process.host.empty() || process.pid <= 0 || process.host != this_host()) return true;
  if (!process.boot_id.empty() && !this_boot().empty() && process.boot_id != this_boot()) return false;
  if (!exists(process.pid)) return false;
  const std::optional<Stat> stat = process_stat(process.pid);
  if (!stat) return true;
  if (stat->state == 'Z' || stat->state == 'X') return false;
  return process.pid_started == 0 || stat->started == 0 || process.pid_started == stat->started;
}

}  // namespace mltrack::store
