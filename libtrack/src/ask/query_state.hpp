#pragma once

#include <functional>
#include <memory>

#include "store/store.hpp"

namespace mltrack::ask {

/// What a Query needs: the store, and what must happen before each question (pending batches are committed).
class QueryState {
 public:
  std::shared_ptr<store::Store> store;
  std::function<void()> before = [] {};
};

}  // namespace mltrack::ask
