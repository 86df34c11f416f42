#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {

void add_log_words(const Words& words, CLI::App& app) {
  CLI::App* log = Words::family(app, "log", "Look at what a server logs");
  words.verb(*log, "level", "Show it, or change it until the server ends", Verb::kLogLevel)
      ->add_option("FILTER", words.wanted().log_filter,
                   "debug, or info,batata::net=trace: a level for all, and others by module");
}

}  // namespace batata::cli
