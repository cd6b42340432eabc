#include "case_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace mltrack::cases {

namespace {

CaseFile read_case(const std::filesystem::path& path) {
  CaseFile file{path.stem().string(), {}, {}};
  std::ifstream stream(path);
  bool expecting = false;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line == "---") {
      expecting = true;
      continue;
    }
    std::istringstream words(line.substr(0, line.find('#') == 0 ? 0 : std::string::npos));
    Statement statement{number, {}};
    for (std::string word; words >> word;) statement.words.push_back(word);
    if (!statement.words.empty()) (expecting ? file.expectations : file.events).push_back(std::move(statement));
  }
  return file;
}

}  // namespace

std::vector<CaseFile> read_cases(const std::filesystem::path& folder) {
  std::vector<CaseFile> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".case") cases.push_back(read_case(entry.path()));
  std::sort(cases.begin(), cases.end(), [](const CaseFile& a, const CaseFile& b) { return a.name < b.name; });
  return cases;
}

}  // namespace mltrack::cases
