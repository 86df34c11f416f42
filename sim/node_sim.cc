#include "sim/node_sim.h"

#include <fmt/format.h>

#include <optional>

#include "replica/node.h"
#include "sim/damage.h"
#include "sim/shadow.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"
#include "sim/writers.h"

namespace batata::sim {
namespace {

enum class End : std::uint8_t { kKill, kKillInStep, kPowerCut, kPowerCutWhileOpening, kDiskFailure, kStop };
constexpr std::uint64_t kEnds = 6;
constexpr const char* kEndNames[] = {"killed",          "killed in a step", "power cut",
                                     "power cut early", "disk failure",     "stopped"};

class NodeSim {
 public:
  explicit NodeSim(std::uint64_t seed) : runtime_(seed), disk_(power_), state_(power_), writers_(runtime_) {
    report_.seed = seed;
    disk_.before_remove = [this](const std::string& name) {
      if (name.starts_with("log-") && node_ != nullptr) feed(node_->status().applied);
    };
    choose_options();
  }
  NodeSimReport run();

 private:
  void choose_options();
  void live(End end);
  bool open();
  void serve(End end);
  void stop_orderly();
  void check_after_open();
  void die(End end);
  void damage_a_copy();
  void feed(LogIndex upto);
  void wrong(const std::string& what) {
    if (report_.failure.empty()) report_.failure = fmt::format("life {}: {}", report_.lives, what);
  }
  std::uint64_t dice(std::uint64_t sides) { return runtime_.random() % sides; }
  Duration micros(std::uint64_t most) { return std::chrono::microseconds(dice(most)); }

  SimRuntime runtime_;
  SimPower power_;
  SimDisk disk_;
  SimState state_;
  Writers writers_;
  Shadow shadow_;
  replica::NodeOptions options_;
  NodeSimReport report_;
  Term last_term_;  // of the lives before

  // One life's.
  std::unique_ptr<SimExecutor> log_executor_, state_executor_;
  std::unique_ptr<replica::Node> node_;
  std::unique_ptr<Scope> scope_;
  std::optional<Error> fatal_;
};

void NodeSim::choose_options() {
  options_.segment_bytes = 8'192 + dice(60'000);
  options_.entry_bytes_max = 256 + dice(4'000);
  options_.write_bytes_max = options_.entry_bytes_max * (1 + dice(3));
  // An entry for each command: else hardly any write to the log carries more than one.
  if (dice(3) == 0) options_.entry_bytes_max = 1;
  options_.queued_max = dice(4) == 0 ? 3 : 1'000;
  options_.state_backlog_max = dice(4) == 0 ? 1'000 : 1u << 20;
  options_.state_batch_bytes = std::min<std::size_t>(options_.state_backlog_max - 1, 1 + dice(20'000));
  options_.flush_after_bytes = 4'000 + dice(60'000);
  options_.kept_entries = dice(60);
  options_.fatal = [this](const Error& error) { fatal_ = error; };
}

NodeSimReport NodeSim::run() {
  constexpr std::uint64_t kLives = 12;
  for (std::uint64_t i = 0; i < kLives && report_.failure.empty(); ++i) live(static_cast<End>(dice(kEnds)));
  live(End::kStop);
  live(End::kKill);  // opens what was stopped in order
  report_.acknowledged = writers_.acknowledged();
  report_.unknown = writers_.unknown();
  report_.trace = runtime_.trace();
  report_.steps = runtime_.steps();
  return std::move(report_);
}

void NodeSim::live(End end) {
  if (!report_.failure.empty()) return;
  ++report_.lives;
  fatal_.reset();
  log_executor_ = std::make_unique<SimExecutor>(runtime_, std::chrono::microseconds(50),
                                                std::chrono::microseconds(50 + dice(3'000)));
  state_executor_ = std::make_unique<SimExecutor>(runtime_, std::chrono::microseconds(10),
                                                  std::chrono::microseconds(10 + dice(30'000)));
  node_ =
      std::make_unique<replica::Node>(runtime_, disk_, *log_executor_, state_, *state_executor_, options_);
  if (end == End::kPowerCutWhileOpening) power_.cut_after(1 + dice(25));
  // A process that is killed between two steps leaves writes that the system has and the disk has not.
  if (end == End::kPowerCut || end == End::kKillInStep) power_.cut_after(25 + dice(500));
  if (open()) serve(end);
  die(end);
}

bool NodeSim::open() {
  const auto opened = node_->open();
  if (opened) {
    check_after_open();
    return report_.failure.empty();
  }
  if (!power_.dark()) wrong("refused to open: " + opened.error().message);
  return false;
}

void NodeSim::check_after_open() {
  // Not before: until a start has synced the log, its end may still be lost.
  feed(LogIndex{UINT64_MAX});
  if (!node_->leading()) return wrong("a lone voter does not lead after opening");
  if (node_->status().term <= last_term_)
    return wrong(fmt::format("term {} again: entries of two lives may share it", node_->status().term.value));
  last_term_ = node_->status().term;
  if (node_->status().applied != shadow_.applied() && shadow_.applied().value != 0)
    return wrong(fmt::format("applied {} entries where the log has {}", node_->status().applied.value,
                             shadow_.applied().value));
  if (node_->store().digest() != shadow_.store().digest())
    return wrong("the state differs from the log's replay");
  if (auto lie = writers_.check(node_->store()); !lie.empty()) return wrong(lie);
  for (const auto& kv : node_->store().latest().range(store::KeyRange::prefix("")))
    if (node_->latest().find(kv->key) != kv) return wrong("readers do not see " + kv->key);
  writers_.observe(node_->store());
  runtime_.note(node_->store().digest());
}

void NodeSim::serve(End end) {
  scope_ = std::make_unique<Scope>(runtime_);
  writers_.start(*scope_, *node_, node_->store(), 1 + dice(8));
  writers_.watch(*scope_, node_->watches());
  const SteadyTime until = runtime_.now() + std::chrono::milliseconds(20) + micros(250'000);
  const SteadyTime trouble = runtime_.now() + micros(200'000);
  while (!fatal_ && runtime_.now() < until && runtime_.step()) {
    if (end == End::kDiskFailure && runtime_.now() >= trouble)
      disk_.fail_next_write(dice(3)), end = End::kPowerCut;
    if (dice(400) == 0) runtime_.jump_wall_clock(static_cast<std::int64_t>(dice(400)) - 200);
  }
  if (fatal_ && (end == End::kKill || end == End::kStop)) wrong("fatal: " + fatal_->message);
  if (end == End::kStop && !fatal_) stop_orderly();
  if (!writers_.watch_failure().empty()) wrong(writers_.watch_failure());
}

void NodeSim::stop_orderly() {
  Scope stopping(runtime_);
  stopping.spawn(node_->stop());
  const SteadyTime patience = runtime_.now() + std::chrono::seconds(10);
  while (stopping.size() > 0 && !fatal_ && runtime_.now() < patience && runtime_.step()) {
  }
  if (stopping.size() > 0) wrong("stopping does not end");
  const auto status = node_->status();
  if (status.state_flushed != status.applied) wrong("stopped without a flushed state");
  if (fatal_) return;
  runtime_.settle();  // who was woken last resumes
  if (auto lie = writers_.check_watchers(node_->store()); !lie.empty()) wrong(lie);
  if (auto lie = writers_.check(node_->store()); !lie.empty()) wrong(lie);
}

void NodeSim::die(End end) {
  report_.story.push_back(
      fmt::format("life {} {} at {} us: applied {} log {}..{} revision {} acknowledged {}", report_.lives,
                  kEndNames[static_cast<int>(end)], runtime_.now().ns / 1'000, node_->status().applied.value,
                  node_->status().log_first.value, node_->status().log_last.value,
                  node_->store().revision().value, writers_.acknowledged()));
  scope_.reset();
  node_.reset();
  runtime_.clear();
  log_executor_.reset();
  state_executor_.reset();
  disk_.end_process();
  const auto chance = [this] { return runtime_.random(); };
  const bool power_lost = end == End::kPowerCut || end == End::kPowerCutWhileOpening;
  if (power_lost || dice(3) == 0) disk_.crash(chance);
  state_.crash(chance);  // what was not flushed lay in the process
  power_.restore();
  if (report_.failure.empty() && dice(4) == 0) damage_a_copy();
  runtime_.run_until(runtime_.now() + micros(2'000'000));
}

void NodeSim::damage_a_copy() {
  const DamageTrial trial = try_damage(disk_, state_, options_, [this] { return runtime_.random(); });
  ++report_.damages;
  if (trial.outcome == DamageTrial::Outcome::kRefused) ++report_.damages_refused;
  if (trial.outcome == DamageTrial::Outcome::kEndLost) ++report_.ends_lost;
  if (!trial.failure.empty()) wrong(trial.failure);
}

void NodeSim::feed(LogIndex upto) {
  if (auto fed = shadow_.feed(disk_, upto); !fed) wrong("shadow: " + fed.error().message);
}

}  // namespace

NodeSimReport run_node_sim(std::uint64_t seed) {
  return NodeSim(seed).run();
}

}  // namespace batata::sim
