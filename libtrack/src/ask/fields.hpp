#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include <mltrack/id.hpp>

namespace mltrack::ask {

/// How a plain field compares.
enum class FieldType { text, integer, time, status, dotted, run, reference, digest, grade };

/// A field that can be filtered by, sorted by and selected, and its SQL over the aliases of its listing. What is not
/// `shown` is left out of tables unless it is named.
struct FieldRule {
  const char* name;
  FieldType type;
  const char* sql;
  bool shown = true;
};

/// What a list is sorted by in the end. It is never NULL.
struct Tie {
  const char* sql = nullptr;
  bool descending = true;
};

/// What can be listed: the nodes of a kind, or alarms. In its SQL n is the node, r, e and p are its run, experiment and
/// project, own is the run it was written in, a part perhaps; c is the call, d the dataset, a the alarm.
struct Listed {
  const char* plural;
  Kind kind;          ///< whose parameters, metrics and tags it has
  const char* row;    ///< id of the row
  const char* owner;  ///< id of the node that has these
  std::span<const FieldRule> fields;
  const char* from;                   ///< the tables
  const char* condition;              ///< what makes a row of them one of these
  std::array<Tie, 4> newest_first{};  ///< as many as have an SQL
};

const Listed& listed(Kind kind);
const Listed& listed_alarms();

/// Whether rows may lie in a part of their run: then there is `own`.
bool may_lie_in_part(const Listed& listed);

/// Which of params.*, metrics.* and tags.* there are.
bool has_group(const Listed& listed, const std::string& group);

/// The valid fields, for an error message.
std::string field_list(const Listed& listed);

/// The field of a name, or nothing.
const FieldRule* find_field(const Listed& listed, const std::string& name);

}  // namespace mltrack::ask
