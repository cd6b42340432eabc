#include "store/locate.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace mltrack::store {

namespace fs = std::filesystem;

namespace {

bool owned_file(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid();
}

/// The file system a folder is on; zero when it cannot be looked at.
dev_t device(const fs::path& folder) {
  struct stat info {};
  return ::stat(folder.c_str(), &info) == 0 ? info.st_dev : 0;
}

}  // namespace

fs::path default_path() {
  if (const char* named = std::getenv("MLTRACK_STORE"); named && *named) return named;
  const fs::path start = fs::current_path();
  const char* home_text = std::getenv("HOME");
  const fs::path home = home_text ? fs::path(home_text) : fs::path();
  for (fs::path folder = start;; folder = folder.parent_path()) {
    if (owned_file(folder / "mltrack.db")) return folder / "mltrack.db";
    if (folder == home || folder == folder.root_path() || device(folder) != device(folder.parent_path())) break;
  }
  return start / "mltrack.db";
}

}  // namespace mltrack::store
