#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <mltrack/error.hpp>

#include "command.hpp"

namespace mltrack::cli {
namespace {

namespace fs = std::filesystem;

constexpr int could_not_run = 2;

/// What the Python package does; that it is missing must not look like a difference.
constexpr const char* program =
    "import sys\n"
    "try:\n"
    "    from mltrack._verify import main\n"
    "except ImportError as error:\n"
    "    print(f'mltrack: verify needs the Python package mltrack: {error}', file=sys.stderr)\n"
    "    sys.exit(2)\n"
    "sys.exit(main(sys.argv[1:]))\n";

/// The interpreter beside this program, as in a virtual environment, else the one on the path.
std::string interpreter() {
  if (const char* named = std::getenv("MLTRACK_PYTHON")) return named;
  std::error_code unknown;
  const fs::path beside = fs::read_symlink("/proc/self/exe", unknown).parent_path() / "python";
  return !unknown && fs::exists(beside) ? beside.string() : "python3";
}

void start(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  std::fprintf(stderr, "mltrack: %s cannot be started: %s; name an interpreter with $MLTRACK_PYTHON\n",
               words.front().c_str(), std::strerror(errno));
  std::exit(could_not_run);
}

}  // namespace

void add_verify(CLI::App& app, Settings& settings) {
  auto& command = add_command(app, settings, "verify", "Runs a recorded program again and compares the results",
                              "mltrack verify 3f9c --rtol 1e-9");
  struct Asked {
    std::string run;
    std::string rtol;
    std::string script;
    bool allow_changed = false;
    std::vector<std::string> arguments;
  };
  auto asked = std::make_shared<Asked>();
  command.add_option("RUN", asked->run, "The run")->required();
  command.add_option("ARGUMENT", asked->arguments, "Behind --: arguments in place of the recorded ones");
  command.add_option("--rtol", asked->rtol, "Numbers may differ by this part of the greater one")->type_name("X");
  command.add_option("--script", asked->script, "Where the program lies now")->type_name("FILE");
  command.add_flag("--allow-changed", asked->allow_changed, "Also if its text is not the recorded one");
  command.footer(
      "Exit code 0: the same; 1: something differs; 2: it could not be run.\n\nExample:\n  mltrack verify 3f9c");
  command.callback([&settings, asked] {
    std::vector<std::string> words{interpreter(), "-c", program, asked->run};
    try {
      words.insert(words.end(), {"--store", find_store(settings).string(), "--format", settings.format});
    } catch (const Error& error) {
      std::fprintf(stderr, "mltrack: %s\n", error.what());
      std::exit(could_not_run);
    }
    if (!asked->rtol.empty()) words.insert(words.end(), {"--rtol", asked->rtol});
    if (!asked->script.empty()) words.insert(words.end(), {"--script", asked->script});
    if (asked->allow_changed) words.emplace_back("--allow-changed");
    if (!asked->arguments.empty()) words.emplace_back("--");
    words.insert(words.end(), asked->arguments.begin(), asked->arguments.end());
    start(std::move(words));
  });
}

}  // namespace mltrack::cli
