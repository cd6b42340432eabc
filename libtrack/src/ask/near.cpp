#include "ask/near.hpp"

#include <algorithm>
#include <numeric>

#include "value/quoted.hpp"

namespace mltrack::ask {

namespace {

constexpr std::size_t most_shown = 5;

std::string folded(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

std::string without_digits(const std::string& text) {
  std::string rest;
  for (const char c : text)
    if (c < '0' || c > '9') rest += c;
  return rest;
}

std::size_t most_edits(std::size_t length) {
  if (length < 3) return 0;
  return length <= 5 ? 1 : length <= 9 ? 2 : 3;
}

/// Edits between two texts, a swap of neighbours being one.
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> now(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

}  // namespace

NearNames::NearNames(std::string name) : name_(std::move(name)), folded_(folded(name_)) {}

std::size_t NearNames::distance(const std::string& known) const { return edits(folded_, folded(known)); }

bool NearNames::is_near(const std::string& known) const {
  const std::size_t most = most_edits(std::min(known.size(), name_.size()));
  const std::size_t apart = known.size() > name_.size() ? known.size() - name_.size() : name_.size() - known.size();
  if (known == name_ || apart > most) return false;
  const std::string other = folded(known);
  if (other == folded_) return true;
  return without_digits(other) != without_digits(folded_) && edits(folded_, other) <= most;
}

void NearNames::offer(const std::string& known) {
  if (is_near(known)) found_.emplace_back(distance(known), known);
}

std::vector<std::string> NearNames::best() const {
  auto found = found_;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(found.size(), most_shown); ++i) names.push_back(found[i].second);
  return names;
}

std::string near_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + value::quoted(name);
  return text.empty() ? "" : (names.size() == 1 ? "; there is " : "; there are ") + text;
}

}  // namespace mltrack::ask
