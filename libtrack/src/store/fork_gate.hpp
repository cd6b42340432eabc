#pragma once

namespace mltrack::store {

/// Keeps fork() and SQLite apart. A connection must not exist on both sides of a fork, so every use of SQLite by this
/// library happens under a `Use`, and a fork waits until no thread is in one, closes all connections (they are opened
/// again at the next use, in both processes) and only then goes on. A thread that is in one may enter another. Locks
/// that a child may need are taken inside a `Use` only, so that none of them is held when it is forked.
class Fork {
 public:
  class Use {
   public:
    Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();
  };
};

}  // namespace mltrack::store
