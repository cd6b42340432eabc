#include <mltrack/query.hpp>

#include "ask/query_state.hpp"

namespace mltrack {

Query::Query(std::shared_ptr<store::Store> store) : state_(std::make_shared<ask::QueryState>()) {
  state_->before = [store] { store->flush_pending(); };
  state_->store = std::move(store);
}

}  // namespace mltrack
