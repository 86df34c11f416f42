#include "cli/words.h"

namespace batata::cli {

CLI::App* Words::family(CLI::App& parent, const std::string& name, const std::string& help) {
  CLI::App* made = parent.add_subcommand(name, help);
  made->require_subcommand(1)->fallthrough();
  return made;
}

CLI::App* Words::verb(CLI::App& parent, const std::string& name, const std::string& help, Verb verb) const {
  CLI::App* made = parent.add_subcommand(name, help);
  made->fallthrough()->callback([said = &verb_, verb] { *said = verb; });
  made->footer(
      "Options of every command: --server, --profile, --token-file, --namespace, --group, -o, --timeout, "
      "--ca-file, --client-cert, "
      "--client-key, --insecure-skip-verify (batata --help).\n");
  return made;
}

void Words::add_data_id(CLI::App* command) const {
  command->add_option("DATA_ID", wanted_.data_id, "Name of it")->required();
}

void Words::add_paging(CLI::App* command) const {
  command->add_option("--page", wanted_.page, "Which page, from 1")->capture_default_str();
  command->add_option("--size", wanted_.page_size, "Lines on a page, up to 500")->capture_default_str();
}

}  // namespace batata::cli
