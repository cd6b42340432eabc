#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mltrack {

/// A content digest: 16 bytes of XXH3-128 for values, 32 bytes of SHA-256 for files. The default value is no digest.
/// docs/digest.md defines what is hashed, with test vectors.
class Digest {
 public:
  Digest() noexcept = default;

  /// Copies 16 or 32 bytes; throws Error(invalid_argument) for any other length.
  explicit Digest(std::span<const std::uint8_t> bytes);

  /// Reads 32 or 64 hexadecimal digits; throws Error(invalid_argument) otherwise.
  static Digest parse(std::string_view hex);

  std::span<const std::uint8_t> bytes() const noexcept { return {bytes_.data(), size_}; }

  /// Lower-case hexadecimal digits, as `xxhsum` and `sha256sum` print them.
  std::string hex() const;

  /// True when there is a digest.
  explicit operator bool() const noexcept { return size_ != 0; }

  auto operator<=>(const Digest&) const = default;

 private:
  std::array<std::uint8_t, 32> bytes_{};
  std::uint8_t size_ = 0;
};

/// A file's SHA-256 and length.
struct FileDigest {
  Digest sha256;
  std::int64_t size_bytes = 0;
};

/// Reads a regular file once, in pieces. Throws Error(not_found) or Error(io) that names the path.
FileDigest digest_file(const std::filesystem::path& path);

/// SHA-256 of bytes in memory.
Digest sha256(std::span<const std::uint8_t> bytes);

/// XXH3-128 of bytes in memory, seeded with up to 8 characters of `kind`. The digest of a model's fitted state is
/// made from its serialised walk with kind "model", that of a spec with kind "spec".
Digest digest_bytes(std::string_view kind, std::span<const std::uint8_t> bytes);
Digest digest_bytes(std::string_view kind, std::string_view bytes);

}  // namespace mltrack
