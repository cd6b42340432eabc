#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/document.hpp>
#include <mltrack/query.hpp>
#include <mltrack/run.hpp>

namespace mltrack {

enum class Durability : std::uint8_t {
  normal,  ///< every commit survives the death of the process, and a power cut within a second of further writing
  full,    ///< every commit survives a power cut
};

struct OpenOptions {
  bool read_only = false;
  bool create = true;  ///< make the store when the file does not exist
  Durability durability = Durability::normal;
  int wait_ms = 10'000;  ///< how long to wait for another writer
};

namespace store {
class Store;
}

/// An open store. Opening the same file twice in a process gives the same underlying store (with
/// full durability where either asked for it). Copies share it; threads
/// may share a Tracker; a forked child that goes on using one gets its own connection.
class Tracker {
 public:
  /// Opens or creates a store and brings its schema up to date. Throws Error: not_a_store for a file that is empty or
  /// something else, damaged, too_new, not_found when it does not exist and may not be made, busy, io.
  static Tracker open(const std::filesystem::path& path, const OpenOptions& options = {});

  /// Where the store is when the user names none: $MLTRACK_STORE, else the nearest mltrack.db upward from the working
  /// directory that the user owns (not above the home folder nor across a file system boundary), else mltrack.db there.
  static std::filesystem::path default_path();

  Run start_run(const RunInfo& info = {});

  /// Goes on writing a run of this store, from any process. Where the process that wrote it is gone, the run is no
  /// longer lost but depends on this process. Its handle ends the run only by `finish`. Throws
  /// Error(not_found) for a run it does not hold and Error(wrong_state) for one that has ended.
  Run attach(const Uid& run);

  /// Label nodes of the store, or add a note to them, in one commit and whether or not their runs have ended. Throws
  /// Error(not_found) for a node that the store does not hold; nothing is then written.
  void set_tag(const std::string& key, const std::string& value, const std::vector<NodeRef>& nodes);
  void log_note(const std::string& text, const std::vector<NodeRef>& nodes, const std::string& author = {});

  /// Reads a consistent snapshot per question; sees everything committed before it is asked.
  Query query() const;

  /// Looks for signs of leakage in a run, stores what is found, and returns all that are stored of it, the gravest
  /// first. Finding one again changes nothing but its count. The run may have ended. Throws Error(not_found) for a run
  /// the store does not hold, Error(busy) and Error(io) as writing does. That nothing is found proves nothing.
  std::vector<Alarm> audit(const Uid& run, const Evidence& evidence = {});

  /// Writes the run that a reference names, or the run it lies in, with its parts, as a document for other programs; of
  /// a project or an experiment all runs. mltrack.run/1 holds the runs that they depend on, too, unless `alone`. Errors
  /// as for Query, and Error(not_found) where stored bytes that were asked for are missing.
  Document export_run(const Ref& ref, const ExportOptions& options = {}) const;

  /// Adds the runs of an mltrack.run/1 document in one transaction. What the store has already stays; importing twice
  /// changes nothing. The document is believed: digests of values cannot be checked, those of stored bytes are. Throws
  /// Error(invalid_argument) that names the place in the document (a JSON pointer), Error(not_found) for a run that the
  /// document depends on and nobody holds, Error(busy) and Error(io) as writing does; nothing is then written.
  Imported import_run(std::string_view document);

  /// Writes a complete, closed copy; the store may be in use. Refuses an existing file with Error(invalid_argument).
  void backup(const std::filesystem::path& to) const;

  const std::filesystem::path& path() const noexcept;
  bool read_only() const noexcept;

  /// The bytes stored for an artifact, its digest checked. Throws Error(not_found) when they were not kept or the
  /// object file is missing, Error(damaged) when they do not match.
  std::vector<std::uint8_t> read_object(const Digest& sha256) const;

  /// Folds the write-ahead log into the file and closes it for every handle in this process; later use throws
  /// Error(wrong_state). Runs that are still open stay running. Destruction of the last handle does the same.
  void close();

  explicit Tracker(std::shared_ptr<store::Store> store) noexcept;

 private:
  std::shared_ptr<store::Store> store_;
};

}  // namespace mltrack
