#include "store/fork_gate.hpp"

#include <pthread.h>

#include <memory>
#include <mutex>
#include <shared_mutex>

#include "store/store.hpp"

namespace mltrack::store {

namespace {

std::shared_mutex& gate() {
  alignas(std::shared_mutex) static std::byte
      memory[sizeof(std::shared_mutex)];  // never destroyed: exit handlers may still write
  static std::shared_mutex* const mutex = std::construct_at(reinterpret_cast<std::shared_mutex*>(memory));
  return *mutex;
}

void before_fork() {
  gate().lock();
  OpenStores::instance().mutex.lock();
  OpenStores::instance().release_all();
}

void after_fork_in_parent() {
  OpenStores::instance().mutex.unlock();
  gate().unlock();
}

void after_fork_in_child() {
  // A recursive mutex belongs to the thread that locked it, whose number the child's thread does not have.
  std::construct_at(&OpenStores::instance().mutex);
  // Threads that waited at the gate do not exist here, but the copied lock still counts them: start a new one.
  std::construct_at(&gate());
}

thread_local int depth = 0;  // how many uses this thread is in: the gate is entered once

void install() {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); });
}

}  // namespace

Fork::Use::Use() {
  install();
  if (depth == 0) gate().lock_shared();
  ++depth;
}

Fork::Use::~Use() {
  if (--depth == 0) gate().unlock_shared();
}

}  // namespace mltrack::store
