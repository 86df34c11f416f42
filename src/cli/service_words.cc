#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {

void add_service_words(const Words& words, CLI::App& app) {
  ServiceWishes& service = words.wanted().service;
  CLI::App* services = Words::family(app, "service", "Look at services, and change what is registered");
  words.add_paging(words.verb(*services, "list", "List the services of a group", Verb::kServiceList));
  const auto named = [&](const char* name, const char* help, Verb verb) {
    CLI::App* made = words.verb(*services, name, help, verb);
    made->add_option("SERVICE", service.name, "Name of it")->required();
    return made;
  };
  named("show", "Show a service and its instances", Verb::kServiceShow);
  CLI::App* registers = named("register", "Register an instance", Verb::kServiceRegister);
  CLI::App* deregisters = named("deregister", "Take an instance away", Verb::kServiceDeregister);
  for (CLI::App* made : {registers, deregisters}) {
    made->add_option("ADDRESS", service.address, "IP:PORT where it listens")->required();
    made->add_option("--cluster", service.cluster, "Cluster of the service")->capture_default_str();
  }
  registers->add_option("--weight", service.weight, "Share of the calls that it gets, from 0 to 10000")
      ->capture_default_str();
  registers->add_option("--metadata", service.metadata, "NAME=VALUE; several times for several")
      ->allow_extra_args(false);
  registers->add_flag("--ephemeral", service.is_ephemeral,
                      "Keep it there by beats until Ctrl-C, then take it away; without this it stays");
  named("watch", "Print each instance that comes, goes or changes, until Ctrl-C", Verb::kServiceWatch);
}

}  // namespace batata::cli
