#pragma once

#include <string>

#include <mltrack/query.hpp>
#include <mltrack/store.hpp>

namespace mltrack {

/// Results as JSON objects: the keys are the field names in Python, absent fields are null, times are ISO 8601 in UTC,
/// NaN and infinities are the strings "NaN", "Infinity" and "-Infinity". Always valid UTF-8.
std::string to_json(const Node& node);
std::string to_json(const Edge& edge);
std::string to_json(const Lineage& lineage);
std::string to_json(const Comparison& comparison);
std::string to_json(const Details& details);
std::string to_json(const Health& health);

/// A time as results print it: 2026-11-01T12:30:00.000000Z.
std::string iso_time(std::int64_t at_us);

}  // namespace mltrack
