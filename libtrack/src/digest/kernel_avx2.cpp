#ifdef __AVX2__
#define MLTRACK_KERNEL_NAME "avx2"
#include "digest/kernel_body.hpp"

namespace mltrack::kernel {

const Kernel* avx2() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") ? &this_kernel : nullptr;
}

}  // namespace mltrack::kernel
#else
#include "digest/kernel.hpp"

namespace mltrack::kernel {

const Kernel* avx2() noexcept { return nullptr; }

}  // namespace mltrack::kernel
#endif
