#pragma once

#include <string_view>

#include "ask/fields.hpp"
#include "ask/filter.hpp"
#include "ask/snapshot.hpp"

namespace mltrack::ask::filter {

/// The interned names that an operand means. A parameter's name stands for itself and, behind a nested estimator's
/// prefix, for the last part of others: C for clf__C.
Ids interned(const Snapshot& snapshot, const Operand& operand);

/// Each raises Error(bad_filter) where the store has nothing of a name but something of a name so near that a mistake
/// is likely. A name in back-quotes is taken as it is. A name that nothing is near to is no mistake: it matches
/// nothing.
void check_group(const Snapshot& snapshot, const Operand& operand, const std::string& text);
void check_role(const Snapshot& snapshot, const std::string& role, std::size_t at, const std::string& text);
void check_project(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text);
void check_experiment(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text);
/// `name` is a dotted path or the end of one.
void check_estimator(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text);

/// Raises for a column that nothing has, near or not.
void check_column(const Snapshot& snapshot, const std::string& name, std::size_t at, const std::string& text);

/// The field of an operand; Error(bad_filter) that lists the fields where there is none.
const FieldRule& field_of(const Listed& listed, const Operand& operand, const std::string& text);

}  // namespace mltrack::ask::filter
