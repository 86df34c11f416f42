#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/words.h"

namespace batata::cli {

void add_service_words(const Words& words, CLI::App& app) {
  CLI::App* services = Words::family(app, "service", "Look at services");
  words.add_paging(words.verb(*services, "list", "List the services of a group", Verb::kServiceList));
}

}  // namespace batata::cli
