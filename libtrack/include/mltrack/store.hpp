#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mltrack {

/// The newest schema version this library reads and writes.
int schema_version() noexcept;

/// The SQL that makes a store, with a sentence for every table and column.
std::string_view schema_sql() noexcept;

/// Throws Error(invalid_argument) with this advice for the file of a store that is open in this process, its log and
/// its shared memory. Ask before opening a file that a user names: closing a store's file drops the locks SQLite holds
/// on it.
void refuse_store_file(const std::filesystem::path& path, std::string_view advice);

/// What `mltrack doctor` found out about a store.
struct Health {
  std::filesystem::path path;
  std::int64_t size_bytes = 0;
  std::string sqlite_version;  ///< of the library in this process
  std::string sqlite_library;  ///< file it was loaded from
  int schema = 0;
  std::string journal_mode;
  std::string file_system;                     ///< ext4, nfs, ...
  std::map<std::string, std::int64_t> counts;  ///< rows per table
  std::int64_t objects = 0;                    ///< files in <store>.objects/
  std::vector<std::string> problems;           ///< one sentence each; empty for a sound store
};

/// Examines a store without changing it: integrity, foreign keys, the graph's order, objects that are missing, a file
/// system on which locks do not work. Throws like Tracker::open when the file cannot be opened at all.
Health examine(const std::filesystem::path& path);

}  // namespace mltrack
