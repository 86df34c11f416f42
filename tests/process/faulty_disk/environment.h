// What the library is told by the environment, and how it gives up. Any thread.
#pragma once

#include <string>

namespace faulty_disk {

/// The value of an environment variable; empty when there is none.
std::string setting(const char* name);

/// Ends the program with a message: a test whose disk is not known proves nothing.
[[noreturn]] void give_up(const char* why);

}  // namespace faulty_disk
