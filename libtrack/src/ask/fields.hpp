#pragma once

#include <span>
#include <string>

#include <mltrack/id.hpp>

namespace mltrack::ask {

/// How a plain field compares.
enum class FieldType { text, integer, time, status, dotted, run };

/// A field that can be filtered and sorted by, and its SQL over the aliases of `base_of`.
struct FieldRule {
  const char* name;
  FieldType type;
  const char* sql;
};

/// The fields that nodes of a kind have.
std::span<const FieldRule> fields_of(Kind kind);

/// Which of params.*, metrics.* and tags.* a kind has.
bool has_group(Kind kind, const std::string& group);

/// The valid fields of a kind, for an error message.
std::string field_list(Kind kind);

/// The tables nodes of a kind are listed from: n is the node; r, e and p are its run, experiment and project; own is
/// the run it was written in, a part perhaps; c is the call, d the dataset.
const char* base_of(Kind kind);

/// What makes a row of `base_of` a node of the kind.
const char* condition_of(Kind kind);

/// Newest first, without ties.
const char* newest_first_of(Kind kind);

}  // namespace mltrack::ask
