#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <mltrack/digest.hpp>

#include "store/store.hpp"

namespace mltrack::store {

/// Files up to this size are kept inside the store, larger ones beside it in `<store>.objects/`.
inline constexpr std::int64_t inline_object_limit = 256 * 1024;

/// Where a large object lies.
std::filesystem::path object_path(const Store& store, const Digest& sha256);

/// Copies a file to its place under the digest it must have: written beside it, synced, renamed. Throws Error(io), or
/// Error(invalid_argument) when the file changed meanwhile.
void keep_object(const Store& store, const Digest& sha256, const std::filesystem::path& from);

/// The same for bytes in memory.
void keep_object(const Store& store, const Digest& sha256, std::span<const std::uint8_t> bytes);

/// A small file's bytes; throws when they no longer have that digest.
std::vector<std::uint8_t> read_small(const std::filesystem::path& from, const Digest& sha256);

/// The bytes of a stored object, digest checked; errors as Tracker::read_object.
std::vector<std::uint8_t> load_object(Store& store, const Digest& sha256);

}  // namespace mltrack::store
