#pragma once

#include <filesystem>
#include <memory>

#include <mltrack/tracker.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::store {

/// Makes the store file where it is missing and may be made, checks that it is one, and brings its schema up to date.
/// Any number of processes may do so at once. Errors as Tracker::open.
void prepare_file(const std::filesystem::path& path, const OpenOptions& options);

/// The version of its schema that the file names.
std::int64_t stored_version(sqlite::Connection& connection);

/// A connection for questions; on a medium where nothing can be written, one that needs no lock files. An older store
/// is not changed: the tables that it lacks are there and empty, for this connection only.
std::unique_ptr<sqlite::Connection> open_for_reading(const std::filesystem::path& path, int wait_ms);

/// Copies the database behind `from`, as it is now, into a new file that is readable by its owner only.
void copy_database(sqlite::Connection& from, const std::filesystem::path& to);

}  // namespace mltrack::store
