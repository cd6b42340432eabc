#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <mltrack/id.hpp>

#include "value/json_tree.hpp"

namespace mltrack::exchange {

using value::Json;

/// A member of an object of a document; null where there is none.
const Json& member(const Json::Object& object, std::string_view key);
std::string text(const Json::Object& object, std::string_view key);
std::optional<std::int64_t> integer(const Json::Object& object, std::string_view key);
/// The items of a list; none where there is no list.
const Json::Array& items(const Json::Object& object, std::string_view key);

/// A node of a document, and what its content is.
struct StoryNode {
  NodeRef ref;
  std::string kind{};
  std::string type{};
  std::string name{};
  std::string digest{};
  const Json::Object* content = nullptr;

  std::string id() const { return ref.run.str() + ":" + std::to_string(ref.seq); }
};

struct StoryEdge {
  const StoryNode* src = nullptr;
  const StoryNode* dst = nullptr;
  std::string slot;
  std::string via;
};

struct StoryCall {
  const StoryNode* node = nullptr;
  const Json::Object* row = nullptr;
  std::optional<std::int64_t> parent{};
  std::vector<const StoryEdge*> in{};
  std::vector<const StoryEdge*> out{};
};

struct StoryRun {
  Uid uid;
  const Json::Object* row = nullptr;
  std::vector<const StoryNode*> nodes{};        ///< that are no calls, by number
  std::map<std::int64_t, StoryCall> calls{};    ///< by number
  std::vector<const StoryEdge*> derivations{};  ///< edges between nodes that are no calls
};

/// The runs of an mltrack.run/1 document as a graph, to be told in other words. Lives no longer than the document.
class Story {
 public:
  explicit Story(const Json& document);
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  const std::vector<StoryRun>& runs() const noexcept { return runs_; }
  /// The content with this digest; nothing where there is none.
  const Json::Object* content(const std::string& digest) const;

 private:
  void add_nodes(StoryRun& run);
  void add_edges(StoryRun& run);
  const StoryNode* node(const StoryRun& run, const Json& ref) const;

  const Json::Object& contents_;
  std::map<NodeRef, StoryNode> nodes_;
  std::vector<std::vector<StoryEdge>> edges_;
  std::vector<StoryRun> runs_;
};

/// The parameters in a list of a document as texts.
std::map<std::string, std::string> params_of(const Json::Array& list);

/// When a run or a call ended, or the last that is known of it.
std::int64_t ended_us(const StoryRun& run);
std::int64_t ended_us(const StoryCall& call);

}  // namespace mltrack::exchange
