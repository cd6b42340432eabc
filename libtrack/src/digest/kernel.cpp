#include "digest/kernel.hpp"

namespace mltrack::kernel {

const Kernel& best() noexcept {
  static const Kernel* const chosen = avx2() != nullptr ? avx2() : baseline();
  return *chosen;
}

}  // namespace mltrack::kernel
