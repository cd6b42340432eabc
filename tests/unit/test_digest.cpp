#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mltrack/digest.hpp>
#include <mltrack/error.hpp>
#include <string>
#include <vector>

#include "digest/sha256.hpp"

using mltrack::Digest;
using mltrack::Error;
using mltrack::ErrorCode;

namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// A message and its SHA-256, from FIPS 180-2 and NIST's example vectors.
struct Vector {
  std::string message;
  std::string sha256;
};
const std::vector<Vector> nist = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

std::string sha256_by(mltrack::sha::Compress compress, std::string_view message, std::size_t piece) {
  mltrack::sha::Sha256 hash(compress);
  const std::vector<std::uint8_t> bytes = bytes_of(message);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    hash.update(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
  }
  return hash.finish().hex();
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("mltrack-digest-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::filesystem::path file(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

ErrorCode code_of(const std::filesystem::path& path) {
  try {
    mltrack::digest_file(path);
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(path.string()) != std::string::npos);
    return error.code();
  }
  FAIL("no error for ", path.string());
  return ErrorCode::io;
}

}  // namespace

TEST_CASE("SHA-256 agrees with the NIST vectors, in plain code and by the processor's instructions") {
  std::vector<mltrack::sha::Compress> ways = {mltrack::sha::compress_portable};
  if (mltrack::sha::compress_native() != nullptr) ways.push_back(mltrack::sha::compress_native());
  for (const auto way : ways) {
    for (const Vector& vector : nist) {
      CHECK(sha256_by(way, vector.message, 1'000'000) == vector.sha256);
      CHECK(sha256_by(way, vector.message, 63) == vector.sha256);
    }
  }
  for (const Vector& vector : nist) CHECK(mltrack::sha256(bytes_of(vector.message)).hex() == vector.sha256);
}

TEST_CASE("SHA-256 does not depend on where a message is cut") {
  std::string message;
  for (int i = 0; i < 200; ++i) message += static_cast<char>(i * 7);
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const std::string_view part = std::string_view(message).substr(0, size);
    CHECK(sha256_by(mltrack::sha::compress_portable, part, 1) == mltrack::sha256(bytes_of(part)).hex());
  }
}

TEST_CASE("a file's digest is that of its bytes") {
  const Folder folder;
  const std::string large(700'000, 'x');
  const mltrack::FileDigest digest = mltrack::digest_file(folder.file("large", large));
  CHECK(digest.sha256 == mltrack::sha256(bytes_of(large)));
  CHECK(digest.size_bytes == 700'000);
  const mltrack::FileDigest empty = mltrack::digest_file(folder.file("empty", ""));
  CHECK(empty.sha256.hex() == nist[0].sha256);
  CHECK(empty.size_bytes == 0);
}

TEST_CASE("what is not a readable regular file is refused by name, without waiting") {
  const Folder folder;
  CHECK(code_of(folder.path() / "absent.csv") == ErrorCode::not_found);
  CHECK(code_of(folder.file("plain", "x") / "below") == ErrorCode::not_found);
  CHECK(code_of(folder.path()) == ErrorCode::io);
  const std::filesystem::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(code_of(pipe) == ErrorCode::io);
}

TEST_CASE("digests read back what they print") {
  const std::string short_hex = "00112233445566778899aabbccddeeff";
  CHECK(Digest::parse(short_hex).hex() == short_hex);
  CHECK(Digest::parse("00112233445566778899AABBCCDDEEFF") == Digest::parse(short_hex));
  CHECK(Digest::parse(nist[1].sha256).bytes().size() == 32);
  CHECK(Digest(Digest::parse(short_hex).bytes()) == Digest::parse(short_hex));
  CHECK_FALSE(Digest());
  CHECK(Digest::parse(short_hex));
  for (const std::string& bad : {std::string(), std::string("0011"), short_hex + "0", "g" + short_hex.substr(1)}) {
    CHECK_THROWS_WITH_AS(Digest::parse(bad), doctest::Contains("is not a digest; expected 32 or 64"), Error);
  }
  const std::vector<std::uint8_t> wrong(20);
  CHECK_THROWS_WITH_AS(Digest{wrong}, doctest::Contains("16 or 32 bytes, not 20"), Error);
}

TEST_CASE("bytes are digested with their kind") {
  const std::vector<std::uint8_t> bytes = bytes_of("state");
  CHECK(mltrack::digest_bytes("model", bytes) == mltrack::digest_bytes("model", bytes));
  CHECK(mltrack::digest_bytes("model", bytes) != mltrack::digest_bytes("spec", bytes));
  CHECK(mltrack::digest_bytes("model", bytes) != mltrack::digest_bytes("model", ""));
  for (const char* bad : {"", "ninechars", "t\xc3\xa4g"}) {
    CHECK_THROWS_WITH_AS(mltrack::digest_bytes(bad, bytes), doctest::Contains("is not a kind of content"), Error);
  }
}
