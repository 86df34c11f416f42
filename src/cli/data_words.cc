#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {

void add_data_words(const Words& words, CLI::App& app) {
  Invocation& wanted = words.wanted();
  words.verb(app, "doctor", "Look whether a server can start on a data directory", Verb::kDoctor)
      ->add_option("DIR", wanted.directory, "The data directory of a server that does not run")
      ->required();
  words.verb(app, "backup", "Take a backup of everything that a server keeps", Verb::kBackup)
      ->add_option("FILE", wanted.file, "A new file")
      ->required();
  CLI::App* restore = words.verb(app, "restore", "Make a data directory out of a backup", Verb::kRestore);
  restore->add_option("FILE", wanted.file, "What `batata backup` has made")->required();
  restore->add_option("--data-dir", wanted.directory, "A directory that does not exist, or is empty")
      ->type_name("DIR")
      ->required();
  CLI::App* repair = words.verb(app, "repair", "Make a damaged data directory startable", Verb::kRepair);
  repair->add_option("DIR", wanted.directory, "The data directory of a server that does not run")->required();
  repair->add_flag("--drop-tail", wanted.drop_tail,
                   "Drop the log from the damage on: acknowledged writes may be lost. A copy is made first");
}

}  // namespace batata::cli
