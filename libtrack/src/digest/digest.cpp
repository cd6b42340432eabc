#include <algorithm>
#include <mltrack/digest.hpp>
#include <mltrack/error.hpp>

#include "digest/kernel.hpp"
#include "value/hex.hpp"
#include "value/quoted.hpp"

namespace mltrack {

Digest::Digest(std::span<const std::uint8_t> bytes) : size_(static_cast<std::uint8_t>(bytes.size())) {
  if (bytes.size() != 16 && bytes.size() != 32) {
    throw Error(ErrorCode::invalid_argument,
                "a digest has 16 or 32 bytes, not " + std::to_string(bytes.size()) + "; pass a whole one");
  }
  std::ranges::copy(bytes, bytes_.begin());
}

Digest Digest::parse(std::string_view hex) {
  Digest digest;
  const std::size_t size = hex.size() / 2;
  const bool known_size = size == 16 || size == 32;
  if (!known_size || !value::from_hex(hex, std::span(digest.bytes_).first(size))) {
    throw Error(ErrorCode::invalid_argument,
                value::quoted(hex) + " is not a digest; expected 32 or 64 hexadecimal digits");
  }
  digest.size_ = static_cast<std::uint8_t>(size);
  return digest;
}

std::string Digest::hex() const { return value::to_hex(bytes()); }

Digest digest_bytes(std::string_view kind, std::span<const std::uint8_t> bytes) {
  const bool is_ascii = std::ranges::all_of(kind, [](char c) { return c > ' ' && c <= '~'; });
  if (kind.empty() || kind.size() > kernel::longest_kind || !is_ascii) {
    throw Error(ErrorCode::invalid_argument,
                value::quoted(kind) + " is not a kind of content; expected 1 to 8 printable ASCII characters");
  }
  kernel::Hash128 hash;
  kernel::best().hash(kernel::seed_of(kind.data(), kind.size()), bytes.data(), bytes.size(), &hash);
  return Digest(hash.bytes);
}

Digest digest_bytes(std::string_view kind, std::string_view bytes) {
  return digest_bytes(kind, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace mltrack
