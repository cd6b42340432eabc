"""The scanner behind the numbers sees what it should see."""

from __future__ import annotations

from pathlib import Path

from sources import cpp_functions

EXAMPLE = r"""
#include <x>
namespace a::b {
namespace {
constexpr Range ranges[] = {{0, 1},
                            {2, 3}};
const char* text = R"(void not_me() {
}
)";
}  // namespace
class Thing : public Base {
 public:
  Thing() : first_(1), second_{2} { run(); }
  int value() const noexcept { return '{' + 1'000; }
  enum class Way { in, out };
  bool operator==(const Thing&) const = default;
};
/// void commented() {}
template <typename T>
int long_one(const T& t,
             std::vector<int> xs = {}) {
  const auto lambda = [&](int i) { return i; };
  if (t) {
    return lambda(1);
  }
  return 0;
}
}  // namespace a::b
"""


def test_functions_are_found_with_their_lengths(tmp_path: Path) -> None:
    path = tmp_path / "example.cpp"
    path.write_text(EXAMPLE)
    found = {function.name: function.lines for function in cpp_functions(path)}
    assert found["value"] == 1
    assert "not_me" not in found
    assert "commented" not in found
    assert found["long_one"] == 9
    assert found["Thing"] == 1
