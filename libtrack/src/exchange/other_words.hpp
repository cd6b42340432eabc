#pragma once

#include <string>
#include <vector>

#include "exchange/story.hpp"

namespace mltrack::exchange {

/// These runs of a story as OpenLineage events, one a line: START and COMPLETE, FAIL or ABORT of the run, of each call
/// that runs in no other call, and of each derivation outside of calls. Every one is identified by the run's uid or one
/// made from a node's name, so that telling twice tells the same.
std::string to_openlineage(const Story& story, const std::vector<Uid>& runs);

/// These runs of a story as W3C PROV-JSON: data are entities, runs and calls activities, programs agents.
std::string to_prov(const Story& story, const std::vector<Uid>& runs);

}  // namespace mltrack::exchange
