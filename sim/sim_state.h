#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "replica/state_storage.h"
#include "sim/sim_power.h"

namespace batata::sim {

/// A state storage without a log of its own, as the real one runs: of the batches since the last flush a
/// crash keeps any prefix. Outlives the nodes that use it.
class SimState final : public replica::StateStorage {
 public:
  using Chance = std::function<std::uint64_t()>;
  explicit SimState(SimPower& power) : power_(power) {}

  Status open() override { return {}; }
  Status load(const Visit& visit) override {
    for (const auto& [name, value] : now_)
      if (auto shown = visit(name, value); !shown) return shown;
    return {};
  }
  std::unique_ptr<replica::StateReader> reader() override { return std::make_unique<Reader>(now_); }
  Status write(const std::vector<store::Record>& batch) override {
    if (auto step = power_.spend(); !step) return step;
    apply(now_, batch);
    unflushed_.push_back(batch);
    return {};
  }
  Status flush() override {
    if (auto step = power_.spend(); !step) return step;
    // Not a copy of all there is: most of a long history's time would go there.
    for (const auto& batch : unflushed_) apply(durable_, batch);
    unflushed_.clear();
    return power_.spend();
  }
  Status checkpoint(const std::string&) override { return flush(); }

  void crash(const Chance& chance) {
    if (unflushed_.empty()) return;
    const std::size_t kept = chance() % (unflushed_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(durable_, unflushed_[i]);
    now_ = durable_;
    unflushed_.clear();
  }
  /// A state with the same records as they are seen now.
  [[nodiscard]] std::unique_ptr<SimState> copy(SimPower& power) const {
    auto twin = std::make_unique<SimState>(power);
    twin->now_ = twin->durable_ = now_;
    return twin;
  }
  [[nodiscard]] std::map<std::string, std::string>& records() { return now_; }

 private:
  using Records = std::map<std::string, std::string>;
  class Reader final : public replica::StateReader {
   public:
    explicit Reader(Records records) : records_(std::move(records)), next_(records_.begin()) {}
    Status read(const Visit& visit, std::size_t bytes_max) override {
      for (std::size_t bytes = 0; next_ != records_.end() && bytes < bytes_max; ++next_) {
        if (auto shown = visit(next_->first, next_->second); !shown) return shown;
        bytes += next_->first.size() + next_->second.size();
      }
      return {};
    }
    bool done() const override { return next_ == records_.end(); }

   private:
    const Records records_;
    Records::const_iterator next_;
  };
  static void apply(Records& records, const std::vector<store::Record>& batch) {
    for (const store::Record& record : batch) {
      if (record.erased) {
        records.erase(record.name);
      } else {
        records[record.name] = record.value;
      }
    }
  }
  SimPower& power_;
  Records now_, durable_;
  std::vector<std::vector<store::Record>> unflushed_;
};

}  // namespace batata::sim
