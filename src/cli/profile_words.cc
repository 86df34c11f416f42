#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {

void add_profile_words(const Words& words, CLI::App& app) {
  std::string& name = words.wanted().profile_name;
  CLI::App* profiles = Words::family(app, "profile", "Remember how servers are reached");
  const auto named = [&](const char* word, const char* help, Verb verb) {
    words.verb(*profiles, word, help, verb)->add_option("NAME", name, "Name of the profile")->required();
  };
  named("add",
        "Remember what --server, --namespace, --group, --token-file, --ca-file, --client-cert and "
        "--client-key say",
        Verb::kProfileAdd);
  words.verb(*profiles, "list", "List the profiles", Verb::kProfileList);
  named("use", "Use a profile wherever none is named", Verb::kProfileUse);
  named("remove", "Forget a profile", Verb::kProfileRemove);
}

}  // namespace batata::cli
