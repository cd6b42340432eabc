#pragma once

#include <string>
#include <string_view>

namespace mltrack::cli {

enum class Ink { plain, bold, dim, red, green, yellow, cyan };

/// Whether standard output takes colours: it is a terminal, and neither $NO_COLOR, CLICOLOR=0, TERM=dumb nor
/// --no-colour forbids them.
bool colours();

/// What --no-colour does: from now on there are none.
void forbid_colours();

/// The text in that ink where there are colours, else the text.
std::string painted(std::string text, Ink ink);

/// The ink of a cell: by the column's name, and for states by what it says.
Ink ink_of(std::string_view column, std::string_view cell);

}  // namespace mltrack::cli
