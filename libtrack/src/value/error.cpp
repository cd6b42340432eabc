#include <mltrack/error.hpp>

namespace mltrack {

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::ambiguous:
      return "ambiguous";
    case ErrorCode::bad_filter:
      return "bad_filter";
    case ErrorCode::not_a_store:
      return "not_a_store";
    case ErrorCode::damaged:
      return "damaged";
    case ErrorCode::too_new:
      return "too_new";
    case ErrorCode::read_only:
      return "read_only";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::wrong_state:
      return "wrong_state";
    case ErrorCode::io:
      return "io";
  }
  return "unknown";
}

}  // namespace mltrack
