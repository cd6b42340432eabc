#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/id.hpp>

namespace mltrack {

/// What a run is written as for other programs: `run` is mltrack.run/1, mltrack's own document, which loses nothing and
/// can be imported; `openlineage` is a series of OpenLineage events, one a line; `prov` is W3C PROV-JSON.
enum class DocumentKind : std::uint8_t { run, openlineage, prov };
const char* to_string(DocumentKind kind) noexcept;
/// The kind a word names; throws Error(invalid_argument) that lists the words otherwise.
DocumentKind parse_document_kind(std::string_view word);

/// How to write a document. The last two are about mltrack.run/1.
struct ExportOptions {
  DocumentKind as = DocumentKind::run;
  bool alone = false;    ///< leave out the runs that it depends on: whoever imports it must have them
  bool objects = false;  ///< with the stored bytes (models, files, differences), in base64
};

/// A document: UTF-8 with a newline at the end. The same run gives the same bytes, whatever wrote it.
struct Document {
  std::string text;
  std::vector<std::string> notes{};  ///< what was left out
};

/// What an import did.
struct Imported {
  std::vector<Uid> runs{};  ///< that the document holds
  std::int64_t nodes = 0;   ///< that are new in the store, the runs among them
};

}  // namespace mltrack
