// batata_documents NAME: prints a document that is made from the tables of the program. `./x docs` writes
// them,
// `./x check docs` compares them. Not shipped.
#include <cstdio>
#include <string_view>

#include "platform/settings/documents.h"

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "";
  if (name != "settings") {
    std::fputs("usage: batata_documents settings\n", stderr);
    return 2;
  }
  std::fputs(batata::platform::settings_markdown().c_str(), stdout);
  return 0;
}
