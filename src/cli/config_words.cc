#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {
namespace {

void add_set(const Words& words, CLI::App& configs) {
  Invocation& wanted = words.wanted();
  CLI::App* set = words.verb(configs, "set", "Publish a configuration", Verb::kConfigSet);
  words.add_data_id(set);
  auto* content =
      set->add_option("CONTENT", wanted.content, "The content; without it, the file or standard input");
  set->add_option("-f,--file", wanted.file, "File with the content; - is standard input")
      ->type_name("FILE")
      ->excludes(content);
  set->add_option("--type", wanted.type, "Type of the content")
      ->type_name("text|json|xml|yaml|html|properties|toml");
  set->add_option("--cas-md5", wanted.cas_md5, "Publish only if the content there has this md5");
}

void add_history(const Words& words, CLI::App& configs) {
  Invocation& wanted = words.wanted();
  CLI::App* history = words.verb(configs, "history", "List the changes of a configuration, the newest first",
                                 Verb::kConfigHistory);
  words.add_data_id(history);
  history->add_option("--id", wanted.config.history_id, "Print what this entry holds instead");
  words.add_paging(history);
  CLI::App* diff =
      words.verb(configs, "diff", "Show what changes one content into another", Verb::kConfigDiff);
  words.add_data_id(diff);
  constexpr const char* kSide =
      "current, the number of an entry of the history, or a file; - is standard input";
  diff->add_option("FROM", wanted.config.from, kSide)->required();
  diff->add_option("TO", wanted.config.to, kSide)->capture_default_str();
  CLI::App* rollback = words.verb(configs, "rollback",
                                  "Publish what an entry of the history holds, unless "
                                  "somebody else publishes meanwhile",
                                  Verb::kConfigRollback);
  words.add_data_id(rollback);
  rollback->add_option("ID", wanted.config.history_id, "Number of the entry")->required();
  rollback->add_option("--cas-md5", wanted.config.only_if, "Only if the content there has this md5");
}

void add_transfer(const Words& words, CLI::App& configs) {
  Invocation& wanted = words.wanted();
  CLI::App* exports = words.verb(
      configs, "export", "Write the configurations of a namespace to a zip archive", Verb::kConfigExport);
  exports->add_option("FILE", wanted.file, "A new file")->required();
  exports->add_option("PATTERN", wanted.data_id, "Only these data ids; * stands for anything");
  CLI::App* imports =
      words.verb(configs, "import", "Publish the configurations of a zip archive", Verb::kConfigImport);
  imports->add_option("FILE", wanted.file, "What `config export` or Nacos' console has made")->required();
  imports->add_option("--policy", wanted.config.policy, "What to do where something is there already")
      ->type_name("abort|skip|overwrite")
      ->capture_default_str();
}

}  // namespace

void add_config_words(const Words& words, CLI::App& app) {
  Invocation& wanted = words.wanted();
  CLI::App* configs = Words::family(app, "config", "Read and change configurations");
  words.add_data_id(words.verb(*configs, "get", "Print a configuration's content", Verb::kConfigGet));
  add_set(words, *configs);
  words.add_data_id(words.verb(*configs, "delete", "Delete a configuration", Verb::kConfigDelete));
  CLI::App* list = words.verb(*configs, "list", "List configurations", Verb::kConfigList);
  list->add_option("PATTERN", wanted.data_id, "Only these data ids; * stands for anything");
  words.add_paging(list);
  CLI::App* watch =
      words.verb(*configs, "watch", "Print each change of configurations, until Ctrl-C", Verb::kConfigWatch);
  watch->add_option("DATA_ID", wanted.config.data_ids, "Names of them, up to 100")->required();
  watch->add_flag("--diff", wanted.config.shows_difference, "Show what has changed, too");
  add_history(words, *configs);
  add_transfer(words, *configs);
}

}  // namespace batata::cli
