#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "h2_client.h"

namespace batata::bench {

/// For anything that must happen; far above what any server needs.
constexpr auto kPatience = std::chrono::seconds(60);
constexpr int kDialsAtOnce = 64;  // below every listen backlog

/// Ends the program: no figure of such a run would mean anything.
[[noreturn]] void give_up(const char* why);

/// Raises the limit of open files as far as it goes. Ends the program where that is not enough for `count`
/// sockets and what else a load generator has open.
void need_sockets(std::size_t count);

/// Polls until `done`; ends the program when that does not come about within kPatience.
void poll_until(Poller& poller, const std::function<bool()>& done);
/// Polls for that long.
void poll_for(Poller& poller, std::chrono::milliseconds time);

/// Tells bench.py that `count` clients are set up.
void print_ready(std::size_t count);
/// Keeps the connections alive (answers the server's probes) until a line arrives on standard input. Ends the
/// program when standard input ends.
void serve_until_told(Poller& poller);

}  // namespace batata::bench
