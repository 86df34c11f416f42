#include "sim/core_ledger.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace batata::sim {
namespace {

constexpr std::string_view kPrefix = "command ";

}  // namespace

std::shared_ptr<const std::string> CoreLedger::next_command() {
  told_.push_back(Outcome::kUnknown);
  return std::make_shared<const std::string>(fmt::format("{}{}", kPrefix, told_.size()));
}

std::uint64_t CoreLedger::id_of(const std::string& payload) {
  if (!payload.starts_with(kPrefix)) return 0;
  std::uint64_t id = 0;
  const char* end = payload.data() + payload.size();
  const auto [stopped, error] = std::from_chars(payload.data() + kPrefix.size(), end, id);
  return error == std::errc() && stopped == end ? id : 0;
}

void CoreLedger::accepted(NodeId member, std::uint64_t life, LogIndex index, Term term,
                          const std::string& payload) {
  if (id_of(payload) != 0) taken_[{{member, life}, index}] = term;
}

void CoreLedger::refused(const std::string& payload) {
  if (const auto id = id_of(payload); id != 0) told_.at(id - 1) = Outcome::kRefused;
}

void CoreLedger::applied(NodeId member, std::uint64_t life, const raft::Entry& entry) {
  const auto taken = taken_.find({{member, life}, entry.index});
  if (taken == taken_.end()) return;
  if (taken->second == entry.term) {
    told_.at(id_of(*entry.data) - 1) = Outcome::kAcknowledged;
    ++acknowledged_;
  }
  taken_.erase(taken);
}

std::string CoreLedger::check(std::span<const std::uint64_t> applied) const {
  std::vector<std::uint32_t> times(told_.size(), 0);
  for (const std::uint64_t id : applied) {
    if (id == 0 || id > told_.size()) return fmt::format("a command {} that nobody sent", id);
    ++times[id - 1];
  }
  for (std::uint64_t id = 1; id <= told_.size(); ++id) {
    const auto seen = times[id - 1];
    const Outcome told = told_[id - 1];
    if (seen > 1) return fmt::format("command {} is applied {} times", id, seen);
    if (told == Outcome::kAcknowledged && seen == 0) return fmt::format("command {} is lost", id);
    if (told == Outcome::kRefused && seen > 0) return fmt::format("command {} had been refused", id);
  }
  return {};
}

}  // namespace batata::sim
