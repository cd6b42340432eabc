#pragma once

#include "ask/filter.hpp"
#include "ask/sql_text.hpp"

namespace mltrack::ask::filter {

/// What a test says of a value, as SQL over the expression `value` that may be NULL and ignores `negated`. `text` is
/// the filter. Throws Error(bad_filter) for a test that does not fit the type.
SqlText number_test(const std::string& value, const Comparison& comparison, const std::string& text);
SqlText text_test(const std::string& value, const Comparison& comparison, const std::string& text);
SqlText time_test(const std::string& value, const Comparison& comparison, const std::string& text);

/// The same for the row p of a parameter: numbers, texts, truth values and null are different things. Under MLflow's
/// names a text also stands for what it reads as.
SqlText param_test(const Comparison& comparison, const std::string& text);

/// The operand as an error message names it.
std::string name_of(const Operand& operand);

bool is_null(const Literal& value);
/// The texts of `in` and `=`. Throws Error(bad_filter) that says `complaint` for anything else.
std::vector<std::string> only_texts(const Comparison& comparison, const std::string& text);

}  // namespace mltrack::ask::filter
