#include "digest/stream.hpp"

#include <cstring>

namespace mltrack {

Stream::Stream(const kernel::Kernel& kernel, std::string_view kind) : kernel_(kernel) {
  kernel_.begin(&state_, kind_word(kind));
}

void Stream::word(std::uint64_t value) {
  if (block_.size() - used_ < sizeof(value)) flush();
  std::memcpy(block_.data() + used_, &value, sizeof(value));
  used_ += sizeof(value);
}

void Stream::bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  if (block_.size() - used_ < bytes.size()) flush();
  if (bytes.size() > block_.size()) {
    kernel_.update(&state_, bytes.data(), bytes.size());
    return;
  }
  std::memcpy(block_.data() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
}

void Stream::text(std::optional<std::string_view> text) {
  if (!text) return word(~std::uint64_t{0});
  word(text->size());
  bytes({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()});
}

Digest Stream::finish() {
  flush();
  kernel::Hash128 hash;
  kernel_.finish(&state_, &hash);
  return Digest(hash.bytes);
}

void Stream::flush() {
  kernel_.update(&state_, block_.data(), used_);
  used_ = 0;
}

Digest missing_digest(const kernel::Kernel& kernel, std::size_t rows) {
  Stream stream(kernel, "missing");
  stream.word(rows);
  return stream.finish();
}

}  // namespace mltrack
