#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>
#include <mltrack/error.hpp>
#include <mltrack/id.hpp>

#include "value/hex.hpp"
#include "value/quoted.hpp"

namespace mltrack {
namespace {

constexpr std::array<std::string_view, 7> kind_words = {"project", "experiment", "run",     "call",
                                                        "dataset", "model",      "artifact"};
constexpr std::array<std::size_t, 4> hyphens = {8, 13, 18, 23};

// The namespace of path uids. It is part of every store: it can never change.
constexpr boost::uuids::uuid path_namespace = {
    {0x6d, 0x6c, 0x74, 0x72, 0x61, 0x63, 0x4b, 0x50, 0x8a, 0x74, 0x68, 0x2d, 0x75, 0x69, 0x64, 0x73}};

Uid from_boost(const boost::uuids::uuid& uuid) {
  Uid uid;
  std::copy(uuid.begin(), uuid.end(), uid.bytes.begin());
  return uid;
}

// Only the two usual shapes: 32 digits, or 36 characters with hyphens where they belong.
std::string bare_digits(std::string_view text) {
  if (text.size() != 36) return std::string(text);
  for (const std::size_t at : hyphens) {
    if (text[at] != '-') return {};
  }
  std::string digits(text);
  std::erase(digits, '-');
  return digits;
}

}  // namespace

const char* to_string(Kind kind) noexcept { return kind_words[static_cast<std::size_t>(kind)].data(); }

Kind parse_kind(std::string_view word) {
  const auto found = std::ranges::find(kind_words, word);
  if (found != kind_words.end()) return static_cast<Kind>(found - kind_words.begin());
  throw Error(ErrorCode::invalid_argument, value::quoted(word) +
                                               " is not a kind of node; the kinds are project, experiment, run, call, "
                                               "dataset, model and artifact");
}

Uid Uid::random() {
  // Asks the system each time: a generator of our own would repeat itself in the children of a fork.
  return from_boost(boost::uuids::random_generator_pure()());
}

Uid Uid::of_path(std::string_view path) {
  boost::uuids::name_generator_sha1 generate(path_namespace);
  return from_boost(generate(path.data(), path.size()));
}

Uid Uid::parse(std::string_view text) {
  Uid uid;
  if (value::from_hex(bare_digits(text), uid.bytes)) return uid;
  throw Error(ErrorCode::invalid_argument,
              value::quoted(text) + " is not a uid; expected 32 hexadecimal digits, with or without hyphens");
}

std::string Uid::str() const {
  std::string text = value::to_hex(bytes);
  for (const std::size_t at : hyphens) text.insert(at, 1, '-');
  return text;
}

std::string NodeRef::str() const { return value::to_hex(std::span(run.bytes).first<4>()) + ":" + std::to_string(seq); }

}  // namespace mltrack
