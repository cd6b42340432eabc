#include "colour.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace mltrack::cli {
namespace {

const char* code(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return "1";
    case Ink::dim:
      return "2";
    case Ink::red:
      return "31";
    case Ink::green:
      return "32";
    case Ink::yellow:
      return "33";
    case Ink::cyan:
      return "36";
    case Ink::plain:
      break;
  }
  return "0";
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Ink state_ink(std::string_view state) {
  if (state == "finished") return Ink::green;
  if (state == "failed" || state == "lost" || state == "alarm") return Ink::red;
  return state == "note" ? Ink::plain : Ink::yellow;
}

Ink call_ink(std::string_view cell) {
  for (const std::string_view arrow : {"↑ ", "↓ "}) {
    if (cell.find(arrow) != std::string_view::npos) return Ink::dim;
  }
  return cell.ends_with("failed") || cell.ends_with("lost") ? Ink::red : Ink::plain;
}

}  // namespace

bool colours() {
  const bool forbidden = !variable("NO_COLOR").empty() || variable("CLICOLOR") == "0" || variable("TERM") == "dumb";
  return !forbidden && ::isatty(STDOUT_FILENO) == 1;
}

void forbid_colours() { ::setenv("NO_COLOR", "1", 1); }

std::string painted(std::string text, Ink ink) {
  if (text.empty() || ink == Ink::plain || !colours()) return text;
  return std::string("\x1b[") + code(ink) + 'm' + text + "\x1b[0m";
}

Ink ink_of(std::string_view column, std::string_view cell) {
  constexpr std::array quiet = {"when (UTC)", "took", "made", "digest"};
  if (column == "ref") return Ink::cyan;
  if (column == "status" || column == "grade") return state_ink(cell);
  if (column == "call") return call_ink(cell);
  return std::ranges::find(quiet, column) == quiet.end() ? Ink::plain : Ink::dim;
}

}  // namespace mltrack::cli
