#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <mltrack/error.hpp>
#include <mltrack/query.hpp>

#include "stage.hpp"

namespace mltrack::cases {

namespace {

namespace fs = std::filesystem;

using Refs = std::set<std::string>;

class Expectations {
 public:
  Expectations(const Stage& stage, const Query& query) : stage_(stage), query_(query) {}

  void check(const Statement& statement) const {
    const std::vector<std::string>& words = statement.words;
    const std::string& verb = words.at(0);
    if (verb == "ancestors" || verb == "descendants") {
      const std::string root = stage_.ref(before_colon(words.at(1)));
      const Lineage lineage = verb == "ancestors" ? query_.ancestors(root) : query_.descendants(root);
      CHECK(refs(lineage.nodes) == named(words, 2));
    } else if (verb == "common") {
      CHECK(refs(query_.common_ancestor(stage_.ref(words.at(1)), stage_.ref(before_colon(words.at(2))))) ==
            named(words, 3));
    } else if (verb == "edge") {
      CHECK(has_edge(words));
    } else if (verb == "edges") {
      CHECK(count_edges() == std::stoul(words.at(1)));
    } else if (verb == "same") {
      CHECK(stage_.node(words.at(1)).str() == stage_.node(words.at(2)).str());
    } else if (verb == "different") {
      CHECK(stage_.node(words.at(1)).str() != stage_.node(words.at(2)).str());
    } else {
      FAIL("unknown expectation " << verb);
    }
  }

 private:
  static std::string before_colon(const std::string& word) {
    REQUIRE(word.back() == ':');
    return word.substr(0, word.size() - 1);
  }

  Refs named(const std::vector<std::string>& words, std::size_t from) const {
    Refs refs;
    for (std::size_t i = from; i < words.size(); ++i) refs.insert(stage_.node(words[i]).str());
    return refs;
  }

  static Refs refs(const std::vector<Node>& nodes) {
    Refs refs;
    for (const Node& node : nodes) refs.insert(node.ref);
    return refs;
  }

  bool has_edge(const std::vector<std::string>& words) const {
    std::string via = words.at(4);
    for (std::size_t i = 5; i < words.size(); ++i) via += " " + words[i];
    const std::vector<Edge> in = query_.details(stage_.ref(words.at(3))).in;
    return std::any_of(in.begin(), in.end(), [&](const Edge& edge) {
      return edge.src == stage_.ref(words.at(1)) && edge.slot == words.at(2) && edge.via.value_or("-") == via;
    });
  }

  std::size_t count_edges() const {
    std::size_t count = 0;
    for (const auto list : {&Query::calls, &Query::datasets, &Query::models, &Query::artifacts})
      for (const Node& node : (query_.*list)({})) count += query_.details(node.ref).in.size();
    return count;
  }

  const Stage& stage_;
  const Query& query_;
};

}  // namespace

TEST_CASE("lineage cases") {
  const std::vector<CaseFile> cases = read_cases(fs::path(MLTRACK_SOURCE_DIR) / "tests/lineage");
  REQUIRE(cases.size() >= 12);
  for (const CaseFile& file : cases) {
    CAPTURE(file.name);
    const fs::path path = fs::temp_directory_path() / ("mltrack-case-" + Uid::random().str() + ".db");
    {
      Tracker tracker = Tracker::open(path);
      Stage stage(tracker, file.name);
      for (const Statement& event : file.events) {
        CAPTURE(event.line);
        REQUIRE_NOTHROW(stage.play(event));
      }
      const Query query = tracker.query();
      REQUIRE(!file.expectations.empty());
      for (const Statement& expectation : file.expectations) {
        CAPTURE(expectation.line);
        Expectations(stage, query).check(expectation);
      }
    }
    fs::remove(path);
  }
}

}  // namespace mltrack::cases
