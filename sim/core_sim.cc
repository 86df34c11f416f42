#include "sim/core_sim.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "sim/core_cluster.h"

namespace batata::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Cut = SimLinks::Cut;

constexpr std::uint64_t kMembersMax = 7;
constexpr auto kSettledAfter = std::chrono::seconds(10);

class CoreSim {
 public:
  explicit CoreSim(std::uint64_t seed);
  CoreSimReport run();

 private:
  using Fault = void (CoreSim::*)();
  void later(std::function<void()> what);
  void repeat(Duration mean, void (CoreSim::*what)());
  void propose();
  void change();
  void any_fault();
  void crash();
  void crash_in_step();
  void start_later(NodeId id);
  void pause();
  void cut_one();
  void isolate();
  void split();
  void heal_later();
  void renew();
  void slow();
  void lose();
  void leap();
  void change_rate();
  void end_faults();
  [[nodiscard]] raft::Configuration plan(const raft::Configuration& now);

  std::uint64_t dice(std::uint64_t sides) { return cluster_.runtime().random() % sides; }
  Duration micros(std::uint64_t most) { return microseconds(dice(most)); }
  template <class List>
  auto any_of(const List& list) {
    return list[dice(list.size())];
  }
  // The leader as often as all others together: it is where faults hurt.
  CoreMember& any_member() {
    CoreMember* leader = dice(2) == 0 ? cluster_.leader() : nullptr;
    return leader != nullptr ? *leader : cluster_.member(any_of(cluster_.ids()));
  }
  Cut any_cut() { return dice(3) == 0 ? Cut::kStall : Cut::kDrop; }
  void tell(std::string_view what) {
    ++report_.faults;
    cluster_.tell(what);
  }

  CoreSimReport report_;
  CoreCluster cluster_;
  std::uint64_t voters_kept_ = 1;
  bool over_ = false;
  std::vector<Fault> faults_;
};

CoreSim::CoreSim(std::uint64_t seed) : cluster_(seed, std::array{3, 3, 3, 5, 5, 5, 5, 1, 2, 4}[seed % 10]) {
  report_.seed = seed;
  // Each seed has its own choice: where all faults come at once, few get far.
  const Fault all[] = {&CoreSim::crash,   &CoreSim::crash_in_step, &CoreSim::pause,      &CoreSim::cut_one,
                       &CoreSim::isolate, &CoreSim::split,         &CoreSim::renew,      &CoreSim::slow,
                       &CoreSim::lose,    &CoreSim::leap,          &CoreSim::change_rate};
  for (const Fault fault : all)
    if (dice(2) == 0) faults_.insert(faults_.end(), 1 + dice(3), fault);
  voters_kept_ = 1 + dice(3);
  if (faults_.empty()) faults_.push_back(&CoreSim::crash);
}

CoreSimReport CoreSim::run() {
  cluster_.start_all();
  // Slow disks, now and then as slow as an election, let entries be replaced that are still on their way.
  const std::uint64_t disk_us_max = dice(3) == 0 ? 200'000 : 20'000;
  for (std::uint64_t id = 1; id <= kMembersMax; ++id)
    cluster_.set_disk_latency(NodeId{id}, micros(disk_us_max));
  repeat(milliseconds(5 + dice(40)), &CoreSim::propose);
  repeat(milliseconds(50 + dice(400)), &CoreSim::any_fault);
  // In a quarter of the seeds an operator in haste, who does not wait for a leader to settle.
  const std::uint64_t haste = dice(4);
  if (haste == 0) repeat(milliseconds(2 + dice(30)), &CoreSim::change);
  if (haste == 1 || haste == 2) repeat(milliseconds(50 + dice(600)), &CoreSim::change);
  cluster_.run_for(milliseconds(3'000 + dice(9'000)));
  end_faults();
  const SteadyTime ended = cluster_.runtime().now();
  cluster_.settle(kSettledAfter);
  report_.settled_ms = static_cast<std::uint64_t>((cluster_.runtime().now() - ended).count() / 1'000'000);
  report_.failure = cluster_.checks().failure();
  report_.trace = cluster_.runtime().trace();
  report_.steps = cluster_.runtime().steps();
  report_.elections = cluster_.checks().elections();
  report_.sent = cluster_.ledger().sent();
  report_.acknowledged = cluster_.ledger().acknowledged();
  report_.story = cluster_.story();
  return std::move(report_);
}

// Again and again, after times that vary around the mean.
void CoreSim::repeat(Duration mean, void (CoreSim::*what)()) {
  const Duration wait(1 + static_cast<std::int64_t>(dice(static_cast<std::uint64_t>(mean.count()) * 2)));
  cluster_.runtime().at(cluster_.runtime().now() + wait, [this, mean, what] {
    if (over_) return;
    (this->*what)();
    repeat(mean, what);
  });
}

// Ends a fault after a while. Some last until all do.
void CoreSim::later(std::function<void()> what) {
  if (dice(8) == 0) return;
  cluster_.runtime().at(cluster_.runtime().now() + micros(1'200'000), [this, what = std::move(what)] {
    if (!over_) what();
  });
}

// Clients find whom they find: mostly the leader, sometimes one that is no longer, or never was.
void CoreSim::propose() {
  CoreMember* to = cluster_.leader();
  if (to == nullptr || dice(4) == 0) to = &any_member();
  (void)cluster_.command(*to, 1 + dice(3));
}

void CoreSim::change() {
  CoreMember* to = cluster_.leader();
  if (to == nullptr || dice(8) == 0) to = &any_member();
  if (!to->leads()) return;
  const raft::Configuration next = plan(to->configuration());
  if (next == to->configuration()) return;
  for (const raft::Server& server : next.servers)
    if (!cluster_.knows(server.id)) cluster_.prepare(server.id);
  if (cluster_.change(*to, next)) ++report_.changes;
}

// One server's role at a time. New ones come as standby, mostly.
raft::Configuration CoreSim::plan(const raft::Configuration& now) {
  const std::size_t voters = voters_of(now);
  const NodeId id{1 + dice(kMembersMax)};
  const auto server = std::find_if(now.servers.begin(), now.servers.end(),
                                   [id](const raft::Server& s) { return s.id == id; });
  if (server == now.servers.end())
    return with_role(now, id, dice(5) == 0 ? raft::Role::kVoter : raft::Role::kStandby);
  if (server->role == raft::Role::kStandby)
    return dice(4) == 0 ? without(now, id) : with_role(now, id, raft::Role::kVoter);
  if (voters <= voters_kept_) return now;
  return dice(2) == 0 ? without(now, id) : with_role(now, id, raft::Role::kStandby);
}

void CoreSim::any_fault() {
  (this->*any_of(faults_))();
}

void CoreSim::crash() {
  CoreMember& victim = any_member();
  if (!victim.is_up()) return;
  tell(fmt::format("{} crashes", victim.id().value));
  cluster_.crash(victim.id());
  start_later(victim.id());
}

void CoreSim::crash_in_step() {
  CoreMember& victim = any_member();
  if (!victim.is_up()) return;
  victim.disk().trip_after(1 + dice(12), [this, id = victim.id()] {
    tell(fmt::format("{} crashes in a step of its disk", id.value));
    cluster_.crash(id);
    start_later(id);
  });
}

void CoreSim::start_later(NodeId id) {
  later([this, id] {
    if (cluster_.member(id).is_up()) return;
    tell(fmt::format("{} starts", id.value));
    cluster_.start(id);
  });
}

void CoreSim::pause() {
  CoreMember& victim = any_member();
  tell(fmt::format("{} pauses", victim.id().value));
  victim.pause();
  later([this, id = victim.id()] {
    if (!cluster_.member(id).is_paused()) return;
    tell(fmt::format("{} goes on", id.value));
    cluster_.member(id).resume();
  });
}

void CoreSim::cut_one() {
  const NodeId from = any_member().id(), to = any_member().id();
  if (from == to) return;
  tell(fmt::format("link {} to {} is cut", from.value, to.value));
  cluster_.links().cut(from, to, any_cut());
  heal_later();
}

void CoreSim::isolate() {
  const NodeId id = any_member().id();
  const Cut to = dice(3) == 0 ? Cut::kNone : any_cut(), from = dice(3) == 0 ? Cut::kNone : any_cut();
  tell(fmt::format("{} is isolated, {} {}", id.value, static_cast<int>(to), static_cast<int>(from)));
  cluster_.isolate(id, to, from);
  heal_later();
}

void CoreSim::split() {
  const std::uint64_t side = dice(1u << (kMembersMax + 1));
  const Cut how = any_cut();
  tell(fmt::format("the network splits, sides {:08b}", side));
  for (const NodeId a : cluster_.ids())
    for (const NodeId b : cluster_.ids())
      if ((side >> a.value & 1) != (side >> b.value & 1)) cluster_.links().cut(a, b, how);
  heal_later();
}

void CoreSim::heal_later() {
  later([this] {
    tell("links heal");
    cluster_.links().heal_all();
  });
}

void CoreSim::renew() {
  const NodeId from = any_member().id(), to = any_member().id();
  if (from != to) cluster_.links().renew(from, to);
}

void CoreSim::slow() {
  cluster_.links().set_delay(microseconds(100), microseconds(100) + micros(dice(2) == 0 ? 200'000 : 10'000));
}

void CoreSim::lose() {
  cluster_.links().set_loss(dice(2) == 0 ? 0 : dice(300));
}

void CoreSim::leap() {
  any_member().leap_clock(micros(1'000'000));
}

void CoreSim::change_rate() {
  any_member().set_clock_rate(static_cast<std::int64_t>(500 + dice(1'000)));
}

// Who counts in no membership any more is switched off, as operators do: it could go on asking for votes, and
// with them delay the others' election. All others run.
void CoreSim::end_faults() {
  over_ = true;
  cluster_.links().heal_all();
  cluster_.links().set_delay(microseconds(100), milliseconds(5));
  cluster_.links().set_loss(0);
  for (const NodeId id : cluster_.ids()) {
    CoreMember& member = cluster_.member(id);
    member.disk().trip_after(0, {});
    cluster_.set_disk_latency(id, milliseconds(5));
    member.set_clock_rate(990 + static_cast<std::int64_t>(id.value) * 3);
    if (member.is_paused()) member.resume();
  }
  cluster_.tell("faults end");
  cluster_.start_all();
  const std::vector<NodeId> counted = cluster_.members_that_count();
  for (const NodeId id : cluster_.ids())
    if (std::find(counted.begin(), counted.end(), id) == counted.end()) cluster_.crash(id);
}

}  // namespace

CoreSimReport run_core_sim(std::uint64_t seed) {
  return CoreSim(seed).run();
}

}  // namespace batata::sim
