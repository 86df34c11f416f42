#pragma once
#include <string_view>

namespace batata::nacos {

/// Does what upstream's `…/ops/log` does: gives a log another level. There is one log here, so the name of
/// any log of upstream's modules means it: "core", "core-auth", "config-…", "naming-…", "nacos-…", "batata".
/// ALL means TRACE; an unknown name or level changes nothing, as upstream has it
/// for names. True when the level was known and set. Any thread.
bool set_log_level(std::string_view logger, std::string_view level);

}  // namespace batata::nacos
