#pragma once

#include <stdexcept>
#include <string>

namespace mltrack {

/// Why an operation failed, in the terms a caller can act on.
enum class ErrorCode {
  invalid_argument,  ///< a value the caller passed is not acceptable; the message names it and the valid ones
  not_found,         ///< a reference, a file or an object names nothing
  ambiguous,         ///< a reference fits several things; the message lists them
  bad_filter,        ///< a `where` or `order_by` text does not parse; the message points at the column
  not_a_store,       ///< the file exists and is not an mltrack store
  damaged,           ///< the store file is corrupt
  too_new,           ///< a newer mltrack wrote the store
  read_only,         ///< a write through a handle or file that cannot be written
  busy,              ///< another writer held the lock for the whole waiting time
  wrong_state,       ///< the handle is closed, or the run or call has already ended
  io,                ///< the operating system refused: disk full, permission denied, ...
};

/// The lower-case name of a code, as the command line prints it.
const char* to_string(ErrorCode code) noexcept;

/// The one exception type of this library. `what()` is a sentence that names the bad value, what was expected and what
/// to do about it. A failed operation leaves the store as it was before.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace mltrack
