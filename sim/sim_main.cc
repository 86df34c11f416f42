// Runs simulated histories of a node, one for each seed: batata_sim --seeds N --from S. Ends with status 1 at
// the first seed that breaks a promise, and prints its story; the same seed gives the same story again.
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/log.h"
#include "sim/node_sim.h"

namespace {

// Progress is printed by the wall's clock; nothing in the simulation sees it.
double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool read_number(const char* text, std::uint64_t& value) {
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, value);
  return error == std::errc() && stopped == end;
}

int usage() {
  fmt::print(stderr, "usage: batata_sim [--seeds N] [--from S] [--verbose]\n");
  return 2;
}

void print_story(const batata::sim::NodeSimReport& report) {
  for (const auto& line : report.story) fmt::print("  {}\n", line);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 1'000, from = 1;
  bool verbose = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--verbose") {
      verbose = true;
    } else if (option == "--seeds" && i + 1 < argc) {
      if (!read_number(argv[++i], seeds)) return usage();
    } else if (option == "--from" && i + 1 < argc) {
      if (!read_number(argv[++i], from)) return usage();
    } else {
      return usage();
    }
  }
  batata::log::set_sink([](batata::log::Level, std::string_view) {}, batata::log::Level::kError);
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t acknowledged = 0, lives = 0;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    const auto report = batata::sim::run_node_sim(seed);
    acknowledged += report.acknowledged;
    lives += report.lives;
    if (verbose) {
      fmt::print("seed {} steps {} trace {:016x}\n", seed, report.steps, report.trace);
      print_story(report);
    }
    if (report.failure.empty()) continue;
    fmt::print("seed {} FAILED: {}\n", seed, report.failure);
    print_story(report);
    fmt::print("again: batata_sim --from {} --seeds 1 --verbose\n", seed);
    return 1;
  }
  const double seconds = seconds_since(start);
  fmt::print(
      "{} seeds in {:.1f} s, {:.0f} seeds/s, {} lives, {} acknowledged writes, none lost, none doubled\n",
      seeds, seconds, static_cast<double>(seeds) / seconds, lives, acknowledged);
  return 0;
}
