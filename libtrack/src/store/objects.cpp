#include "store/objects.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <mltrack/error.hpp>

namespace mltrack::store {

namespace fs = std::filesystem;

namespace {

std::vector<std::uint8_t> read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::io, fmt::format("cannot read {}", path.string()));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Makes the contents of a file or the entries of a folder power-safe.
void sync(const fs::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0)
    throw Error(ErrorCode::io,
                fmt::format("cannot open {}: {}", path.string(), std::generic_category().message(errno)));
  const int result = ::fsync(handle);
  const int error = errno;
  ::close(handle);
  if (result != 0)
    throw Error(ErrorCode::io,
                fmt::format("cannot sync {}: {}", path.string(), std::generic_category().message(error)));
}

void make_private_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw Error(ErrorCode::io,
                fmt::format("cannot make the folder {}: {}", path.string(), std::generic_category().message(errno)));
}

[[noreturn]] void refuse_changed(const fs::path& path) {
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("{} changed while it was being recorded; record it again when it is complete", path.string()));
}

/// Removes the file unless it was renamed away.
struct Leftover {
  fs::path path;
  ~Leftover() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

/// Lets `write(path)` make a file and puts it, complete and synced, where the object belongs, unless it is there.
template <class Write>
void place_object(const Store& store, const Digest& sha256, Write&& write) {
  const fs::path to = object_path(store, sha256);
  if (fs::exists(to)) return;
  make_private_folder(store.objects());
  make_private_folder(to.parent_path());
  const Leftover part{to.string() + ".part-" + Uid::random().str()};
  write(part.path);
  sync(part.path);
  fs::rename(part.path, to);
  sync(to.parent_path());
  sync(store.objects());
}

}  // namespace

fs::path object_path(const Store& store, const Digest& sha256) {
  const std::string hex = sha256.hex();
  return store.objects() / hex.substr(0, 2) / hex;
}

void keep_object(const Store& store, const Digest& sha256, const fs::path& from) {
  place_object(store, sha256, [&](const fs::path& part) {
    fs::copy_file(from, part);
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    if (digest_file(part).sha256 != sha256) refuse_changed(from);
  });
}

void keep_object(const Store& store, const Digest& sha256, std::span<const std::uint8_t> bytes) {
  place_object(store, sha256, [&](const fs::path& part) {
    std::ofstream out(part, std::ios::binary);
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) throw Error(ErrorCode::io, fmt::format("cannot write {}", part.string()));
  });
}

std::vector<std::uint8_t> read_small(const fs::path& from, const Digest& sha256) {
  std::vector<std::uint8_t> bytes = read_all(from);
  if (mltrack::sha256(bytes) != sha256) refuse_changed(from);
  return bytes;
}

std::vector<std::uint8_t> load_object(Store& store, const Digest& sha256) {
  bool known = false;
  std::optional<std::vector<std::uint8_t>> bytes;
  store.read([&](sqlite::Connection& connection) {
    sqlite::Statement& select =
        connection.cached("SELECT o.blob FROM object o JOIN content c ON c.id = o.content WHERE c.digest = ?");
    if (select.bind_all(sha256).step()) {
      known = true;
      if (!select.null(0)) bytes.emplace(select.blob(0).begin(), select.blob(0).end());
    }
    select.reset();
  });
  if (!known)
    throw Error(ErrorCode::not_found,
                fmt::format("the store does not keep the bytes of {}; only its digest was recorded", sha256.hex()));
  const fs::path path = object_path(store, sha256);
  if (!bytes && !fs::exists(path))
    throw Error(ErrorCode::not_found,
                fmt::format("the object {} is missing; the folder {} must be copied together with the store",
                            path.string(), store.objects().string()));
  if (!bytes) bytes = read_all(path);
  if (mltrack::sha256(*bytes) != sha256)
    throw Error(ErrorCode::damaged, fmt::format("the stored bytes of {} have been altered: their digest is {}",
                                                sha256.hex(), mltrack::sha256(*bytes).hex()));
  return *std::move(bytes);
}

}  // namespace mltrack::store
