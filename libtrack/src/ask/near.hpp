#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mltrack::ask {

/// The names that somebody who wrote `name` may have meant. A name is near when letters differ only in case, or when
/// it takes up to one edit (insertion, deletion, replacement, two neighbours swapped) in up to 5 letters, two in up to
/// 9, else three. Names that differ only in their digits are different things: fold_1 is no mistaken fold_2.
class NearNames {
 public:
  explicit NearNames(std::string name);

  bool is_near(const std::string& known) const;
  void offer(const std::string& known);
  /// The nearest, at most five.
  std::vector<std::string> best() const;

 private:
  std::size_t distance(const std::string& known) const;

  std::string name_;
  std::string folded_;
  std::vector<std::pair<std::size_t, std::string>> found_;
};

/// `; there is 'a'`, `; there are 'a', 'b'`, or nothing.
std::string near_text(const std::vector<std::string>& names);

}  // namespace mltrack::ask
