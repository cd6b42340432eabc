#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mltrack/digest.hpp>
#include <mltrack/error.hpp>
#include <system_error>
#include <vector>

#include "digest/sha256.hpp"

namespace mltrack {
namespace {

constexpr std::size_t piece_size = 256 * 1024;

[[noreturn]] void fail(const std::filesystem::path& path, const char* doing, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  throw Error(missing ? ErrorCode::not_found : ErrorCode::io,
              fmt::format("cannot {} '{}': {}; check the path and its permissions", doing, path.string(),
                          std::generic_category().message(error)));
}

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      // Not blocking: opening a pipe must not wait for its other end.
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
    if (fd_ < 0) fail(path, "open", errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(fd_); }

  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

void require_regular(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(path, "examine", errno);
  if (S_ISREG(status.st_mode)) return;
  throw Error(ErrorCode::io, fmt::format("'{}' is {}, not a regular file; pass a file that can be read again",
                                         path.string(), S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe"));
}

}  // namespace

FileDigest digest_file(const std::filesystem::path& path) {
  const Descriptor file(path);
  require_regular(file, path);
  sha::Sha256 hash;
  FileDigest result;
  std::vector<std::uint8_t> piece(piece_size);
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, "read", errno);
    hash.update(std::span(piece).first(static_cast<std::size_t>(got)));
    result.size_bytes += got;
  }
  result.sha256 = hash.finish();
  return result;
}

}  // namespace mltrack
