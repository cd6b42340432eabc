#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mltrack::cases {

/// A line of a case file, in words.
struct Statement {
  int line = 0;
  std::vector<std::string> words;
};

struct CaseFile {
  std::string name;
  std::vector<Statement> events;
  std::vector<Statement> expectations;
};

/// All cases of the folder, by name.
std::vector<CaseFile> read_cases(const std::filesystem::path& folder);

}  // namespace mltrack::cases
