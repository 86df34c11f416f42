// Runs simulated histories, one of each kind for each seed: batata_sim --of KIND --seeds N --from S. Kinds:
// node, a node on its simulated disk; core, a cluster of consensus cores; all, the default. Ends with status
// 1 at the first seed that breaks a promise, and prints its story; the same seed gives the same story again.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/log.h"
#include "sim/core_sim.h"
#include "sim/node_sim.h"

namespace {

struct Options {
  std::uint64_t seeds = 1'000, from = 1;
  bool verbose = false, node = true, core = true;
};

// Progress is printed by the wall's clock; nothing in the simulation sees it.
double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool read_number(const char* text, std::uint64_t& value) {
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, value);
  return error == std::errc() && stopped == end;
}

bool read_kind(std::string_view kind, Options& options) {
  options.node = kind == "node" || kind == "all";
  options.core = kind == "core" || kind == "all";
  return options.node || options.core;
}

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    const bool has_value = i + 1 < argc;
    if (option == "--verbose") {
      options.verbose = true;
    } else if (option == "--seeds" && has_value) {
      if (!read_number(argv[++i], options.seeds)) return std::nullopt;
    } else if (option == "--from" && has_value) {
      if (!read_number(argv[++i], options.from)) return std::nullopt;
    } else if (option == "--of" && has_value) {
      if (!read_kind(argv[++i], options)) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

// Prints what is to be said of one history. False when it broke a promise.
template <class Report>
bool print(const Report& report, std::string_view kind, bool verbose) {
  if (verbose)
    fmt::print("seed {} {} steps {} trace {:016x}\n", report.seed, kind, report.steps, report.trace);
  if (!report.failure.empty()) fmt::print("seed {} FAILED: {}: {}\n", report.seed, kind, report.failure);
  if (verbose || !report.failure.empty())
    for (const auto& line : report.story) fmt::print("  {}\n", line);
  if (report.failure.empty()) return true;
  fmt::print("again: batata_sim --of {} --from {} --seeds 1 --verbose\n", kind, report.seed);
  return false;
}

// What all histories of a kind came to, and the time they took.
struct Total {
  std::uint64_t acknowledged = 0, lives = 0, elections = 0, changes = 0, faults = 0, settled_ms_max = 0;
  double seconds = 0;
};

bool run_node(std::uint64_t seed, const Options& options, Total& total) {
  const auto start = std::chrono::steady_clock::now();
  const auto report = batata::sim::run_node_sim(seed);
  total.seconds += seconds_since(start);
  total.acknowledged += report.acknowledged;
  total.lives += report.lives;
  return print(report, "node", options.verbose);
}

bool run_core(std::uint64_t seed, const Options& options, Total& total) {
  const auto start = std::chrono::steady_clock::now();
  const auto report = batata::sim::run_core_sim(seed);
  total.seconds += seconds_since(start);
  total.acknowledged += report.acknowledged;
  total.elections += report.elections;
  total.changes += report.changes;
  total.faults += report.faults;
  total.settled_ms_max = std::max(total.settled_ms_max, report.settled_ms);
  return print(report, "core", options.verbose);
}

void print_totals(const Options& options, const Total& node, const Total& core) {
  const auto seeds = static_cast<double>(options.seeds);
  if (options.node)
    fmt::print(
        "node: {} seeds in {:.1f} s, {:.0f} seeds/s, {} lives, {} acknowledged writes, none lost, none "
        "doubled\n",
        options.seeds, node.seconds, seeds / node.seconds, node.lives, node.acknowledged);
  if (options.core)
    fmt::print(
        "core: {} seeds in {:.1f} s, {:.0f} seeds/s, {} faults, {} elections, {} changes of membership, {} "
        "acknowledged commands, none lost, none doubled, settled {} ms after the last fault at most\n",
        options.seeds, core.seconds, seeds / core.seconds, core.faults, core.elections, core.changes,
        core.acknowledged, core.settled_ms_max);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "usage: batata_sim [--of node|core|all] [--seeds N] [--from S] [--verbose]\n");
    return 2;
  }
  batata::log::set_sink([](const batata::log::Line&) {}, batata::log::Level::kError);
  Total node, core;
  for (std::uint64_t seed = options->from; seed < options->from + options->seeds; ++seed) {
    if (options->node && !run_node(seed, *options, node)) return 1;
    if (options->core && !run_core(seed, *options, core)) return 1;
  }
  print_totals(*options, node, core);
  return 0;
}
