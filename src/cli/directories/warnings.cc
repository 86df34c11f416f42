#include "cli/directories/warnings.h"

#include "base/assert.h"

namespace batata::cli {
namespace {

// Who listens; null: nobody. A sink is a function without an object, so that the log can be asked anywhere.
HeardWarnings* g_listening = nullptr;

}  // namespace

HeardWarnings::HeardWarnings() : before_(log::set_sink(&hear, log::Level::kWarn)) {
  BATATA_ASSERT(g_listening == nullptr);
  g_listening = this;
}

HeardWarnings::~HeardWarnings() {
  log::set_sink(before_.sink, before_.lowest);
  g_listening = nullptr;
}

void HeardWarnings::hear(const log::Line& line) {
  g_listening->lines_.emplace_back(line.text);
}

}  // namespace batata::cli
