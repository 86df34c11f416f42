#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "store/command.h"

namespace batata::store {

/// One step of a test of the store. It says revisions by their age, so that it means something also when the
/// steps before it are left out. For tests.
struct Step {
  enum class Kind : std::uint8_t { kCommand, kRestore };
  struct When {
    KeyRange range;
    std::uint64_t age;  ///< of the revision that the condition knows
  };
  Kind kind = Kind::kCommand;
  std::int64_t time_ms = 0;
  std::vector<When> when;
  std::vector<Op> then;  ///< a Compact's revision is an age, too

  /// The command at a store that has come to `revision`.
  [[nodiscard]] Command command(Revision revision) const {
    const auto old = [revision](std::uint64_t age) {
      return Revision{revision.value - std::min(age, revision.value)};
    };
    Command command{0, WallTime{time_ms}, {{}, then}};
    for (const When& condition : when) command.txn.when.push_back({condition.range, old(condition.age)});
    for (Op& op : command.txn.then)
      if (auto* compact = std::get_if<Compact>(&op)) compact->upto = old(compact->upto.value);
    return command;
  }
};
using Script = std::vector<Step>;

/// Steps by the dice of `seed`: few keys and few leases, so that what they do to each other is dense.
class ScriptWriter {
 public:
  explicit ScriptWriter(std::uint64_t seed) : seed_(seed) {}

  Script write(std::size_t steps) {
    Script script;
    while (script.size() < steps) script.push_back(step());
    return script;
  }

 private:
  std::uint64_t random() { return hash64(std::to_string(++thrown_), seed_); }
  std::uint64_t below(std::uint64_t n) { return random() % n; }
  std::string key() { return std::string(1, static_cast<char>('a' + below(4))) + std::to_string(below(6)); }
  std::uint64_t age() { return below(3) == 0 ? below(200) : below(8); }
  KeyRange range() {
    switch (below(4)) {
      case 0:
        return KeyRange::one(key());
      case 1:
        return KeyRange::prefix(std::string(1, static_cast<char>('a' + below(4))));
      case 2:
        return KeyRange::prefix("");
      default: {
        std::string a = key(), b = key();
        return a < b ? KeyRange{a, b} : KeyRange{b, a};
      }
    }
  }
  Op op() {
    switch (below(12)) {
      case 0:
        return Erase{range()};
      case 1:
        return Grant{LeaseId{1 + below(4)}, std::chrono::milliseconds(below(40))};
      case 2:
        return Revoke{LeaseId{1 + below(4)}};
      case 3:
      case 4:
        return Put{key(), std::to_string(random()), LeaseId{1 + below(4)}};
      case 5:
        return PutCopy{key(), std::to_string(below(10)), key()};
      default:
        return Put{key(), std::to_string(random()), {}};
    }
  }
  Step step() {
    time_ms_ += static_cast<std::int64_t>(below(8)) - 2;  // clocks go back now and then
    Step step;
    step.time_ms = time_ms_;
    if (below(100) == 0) {
      step.kind = Step::Kind::kRestore;
      return step;
    }
    if (below(100) == 0) {
      step.then.emplace_back(Compact{Revision{age()}});
      return step;
    }
    if (below(100) == 0) step.then.emplace_back(Advance{below(5), Revision{below(20)}});
    for (auto n = below(3); n > 0 && below(2) == 0; --n) step.when.push_back({range(), age()});
    for (auto n = below(5); n > 0; --n) step.then.push_back(op());
    return step;
  }

  const std::uint64_t seed_;
  std::uint64_t thrown_ = 0;  // of the dice
  std::int64_t time_ms_ = 1'000;
};

/// What is left of a script that `fails` when every step and every operation that it fails without is gone.
template <class Fails>
Script shrunk(Script script, Fails fails) {
  for (std::size_t chunk = script.size(); chunk > 0; chunk /= 2) {
    for (std::size_t at = 0; at < script.size();) {
      Script less = script;
      const auto from = less.begin() + static_cast<std::ptrdiff_t>(at);
      less.erase(from, from + static_cast<std::ptrdiff_t>(std::min(chunk, script.size() - at)));
      if (fails(less)) {
        script = std::move(less);
      } else {
        at += chunk;
      }
    }
  }
  const auto without_each = [&](auto members) {
    for (std::size_t i = 0; i < script.size(); ++i)
      for (std::size_t at = 0; at < (script[i].*members).size();) {
        Script less = script;
        auto& list = less[i].*members;
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
        if (fails(less)) {
          script = std::move(less);
        } else {
          ++at;
        }
      }
  };
  without_each(&Step::when);
  without_each(&Step::then);
  return script;
}

/// The script for people, a line for each step.
inline std::string to_text(const Script& script) {
  struct Text {
    std::string operator()(const Put& o) const {
      return fmt::format("put {}={} lease {}", o.key, o.value, o.lease.value);
    }
    std::string operator()(const PutCopy& o) const {
      return fmt::format("put {}={}+copy of {}", o.key, o.head, o.source);
    }
    std::string operator()(const Erase& o) const {
      return fmt::format("erase [{}, {})", o.range.begin, o.range.end);
    }
    std::string operator()(const Grant& o) const {
      return fmt::format("grant {} for {} ms", o.lease.value, o.ttl.count());
    }
    std::string operator()(const Revoke& o) const { return fmt::format("revoke {}", o.lease.value); }
    std::string operator()(const Compact& o) const {
      return fmt::format("compact all but {} revisions", o.upto.value);
    }
    std::string operator()(const Advance& o) const {
      return fmt::format("advance by {}, at least to {}", o.by, o.to.value);
    }
  };
  std::string text;
  for (const Step& step : script) {
    text += fmt::format("  at {} ms:", step.time_ms);
    if (step.kind == Step::Kind::kRestore) text += " snapshot and restore;";
    for (const Step::When& when : step.when)
      text += fmt::format(" if [{}, {}) is unchanged for {} revisions;", when.range.begin, when.range.end,
                          when.age);
    for (const Op& op : step.then) text += " " + std::visit(Text{}, op) + ";";
    text += "\n";
  }
  return text;
}

}  // namespace batata::store
