#pragma once

#include <string>

#include <mltrack/query.hpp>
#include <mltrack/store.hpp>

namespace mltrack {

/// Results as JSON objects: the keys are the field names in Python, absent fields are null, times are ISO 8601 in UTC.
/// What readers of JSON refuse or lose is written so that all of them can read it: NaN and infinities are the strings
/// "NaN", "Infinity" and "-Infinity", integers outside of std::int64_t are strings of their digits, and bytes that are
/// not valid UTF-8, lone surrogates included, are U+FFFD. JSON parameters are JSON, by the same rules.
std::string to_json(const Node& node);
std::string to_json(const Edge& edge);
std::string to_json(const Lineage& lineage);
std::string to_json(const Comparison& comparison);
std::string to_json(const Details& details);
std::string to_json(const ColumnUse& use);
std::string to_json(const Explanation& explanation);
std::string to_json(const Chain& chain);
std::string to_json(const Health& health);
std::string to_json(const Alarm& alarm);

/// A table as an array of objects, one a line, and one of its rows: the keys are the names of the columns.
std::string to_json(const Table& table);
std::string row_to_json(const Table& table, std::size_t row);

/// A time as results print it: 2026-11-01T12:30:00.000000Z.
std::string iso_time(std::int64_t at_us);

}  // namespace mltrack
