#pragma once

#include <cstddef>
#include <functional>

namespace mltrack {

/// How many threads pay off for so many bytes, at most `bound`; 0 means as many as there are cores.
unsigned workers_for(std::size_t bytes, unsigned bound);

/// Runs job(0) to job(count - 1) on this thread and workers - 1 others. Rethrows the exception of the first job, by
/// number, that threw one.
void share_out(std::size_t count, unsigned workers, const std::function<void(std::size_t)>& job);

}  // namespace mltrack
