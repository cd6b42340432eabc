#pragma once

#include <string>

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// What the values of one column come to.
struct Measured {
  Digest digest;
  bool varied = false;
  const char* type = "object";  ///< logical type
};

Measured digest_times(const kernel::Kernel& kernel, const Times& times);
Measured digest_texts(const kernel::Kernel& kernel, const Texts& texts);
Measured digest_mixed(const kernel::Kernel& kernel, const Mixed& mixed);

/// The logical type of a numeric buffer.
const char* type_of(Scalar scalar) noexcept;

/// Size of one number in bytes.
std::size_t size_of(Scalar scalar) noexcept;

}  // namespace mltrack
