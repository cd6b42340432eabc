#define MLTRACK_KERNEL_NAME "baseline"
#include "digest/kernel_body.hpp"

namespace mltrack::kernel {

const Kernel* baseline() noexcept { return &this_kernel; }

}  // namespace mltrack::kernel
