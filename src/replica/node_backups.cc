#include "replica/node_backups.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "async/one_shot.h"
#include "replica/backup_file.h"

namespace batata::replica {
namespace {

constexpr Duration kLook = std::chrono::seconds(1);  // how often it is seen whether a part is being sent

Error no_such_backup() {
  return {Errc::kNotFound,
          "there is no such backup: it was given up, nobody asked for a part of it for long, or the server "
          "was started anew"};
}

}  // namespace

// What the executor works with. Whoever has the last hold of it frees it there, with NodeBackups::free: a
// database may have files to remove when nobody looks at them any longer.
struct NodeBackups::Copy {
  explicit Copy(WallTime taken) : writer(taken) {}
  Result<Part> make_part();

  BackupWriter writer;
  std::unique_ptr<StateReader> reader;
};

Result<cluster::Backups::Part> NodeBackups::Copy::make_part() {
  while (reader != nullptr && writer.ready() < kPartBytes) {
    const auto add = [this](std::string_view name, std::string_view value) -> Status {
      writer.add(name, value);
      return {};
    };
    if (auto read = reader->read(add, kPartBytes / 4); !read) return tl::unexpected(std::move(read.error()));
    if (!reader->done()) continue;
    writer.end();
    reader.reset();  // the storage need not keep what it shows any longer
  }
  return Part{std::make_shared<const std::string>(writer.take()), reader == nullptr};
}

struct NodeBackups::UnderWay {
  using Asker = OneShot<Result<Part>>::Setter;
  std::string id;
  std::shared_ptr<Copy> copy;  // the executor's while `making`
  std::uint64_t next = 0;
  Part latest;  // number `next` - 1
  bool making = false;
  std::vector<Asker> askers;  // of the part that is being made
  SteadyTime seen;            // when somebody was last seen to want it
  bool client_left = false;   // before its part came

  [[nodiscard]] bool has_ended() const { return next > 0 && latest.last; }
  [[nodiscard]] bool is_being_sent() const { return latest.bytes.use_count() > 1; }
};

// A copy that nobody has been told of yet: freed should its caller go away meanwhile.
class NodeBackups::Opening {
 public:
  explicit Opening(NodeBackups& backups)
      : copy(std::make_shared<Copy>(backups.runtime_.wall_now())), backups_(backups) {
    backups_.beginning_ = true;
  }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  ~Opening() {
    backups_.beginning_ = false;
    backups_.free(std::move(copy));
  }

  std::shared_ptr<Copy> copy;

 private:
  NodeBackups& backups_;
};

NodeBackups::~NodeBackups() {
  end(no_such_backup());
}

Task<Result<cluster::Backups::Begun>> NodeBackups::begin() {
  if (beginning_ || (under_way_ != nullptr && !under_way_->has_ended() && !is_left()))
    co_return fail(Errc::kUnavailable, "another backup is under way");
  end(no_such_backup());
  Opening opening(*this);
  const Revision revision = node_.store().revision();
  auto opened = co_await node_.read_state(
      [copy = opening.copy](std::unique_ptr<StateReader> reader) { copy->reader = std::move(reader); });
  if (!opened) co_return tl::unexpected(std::move(opened.error()));
  under_way_ = std::make_shared<UnderWay>();
  under_way_->id = fmt::format("{:016x}", runtime_.random());
  under_way_->copy = std::move(opening.copy);
  under_way_->seen = runtime_.now();
  watch();
  co_return Begun{under_way_->id, revision};
}

Task<Result<cluster::Backups::Part>> NodeBackups::part(std::string id, std::uint64_t number) {
  if (under_way_ == nullptr || under_way_->id != id) co_return tl::unexpected(no_such_backup());
  UnderWay& asked = *under_way_;
  asked.seen = runtime_.now();
  asked.client_left = false;
  if (asked.next > 0 && number == asked.next - 1) co_return asked.latest;
  if (number != asked.next || asked.has_ended())
    co_return fail(Errc::kInvalidArgument, fmt::format("the next part of this backup is {}", asked.next));
  std::erase_if(asked.askers, [](const UnderWay::Asker& asker) { return !asker.wanted(); });
  if (asked.askers.size() >= kAskersMax) co_return fail(Errc::kUnavailable, "this part is being made");
  OneShot<Result<Part>> made(runtime_);
  asked.askers.push_back(made.setter());
  if (!asked.making) make_part();
  co_return co_await made;
}

Status NodeBackups::give_up(const std::string& id) {
  if (under_way_ == nullptr || under_way_->id != id) return tl::unexpected(no_such_backup());
  end(no_such_backup());
  return {};
}

// Whoever asks may go away: the part is made all the same, and there for who asks again.
void NodeBackups::make_part() {
  under_way_->making = true;
  auto part = std::make_shared<Result<Part>>(Part());
  executor_.submit([copy = under_way_->copy, part] { *part = copy->make_part(); },
                   [this, of = std::weak_ptr<UnderWay>(under_way_), part] {
                     if (const auto alive = of.lock()) part_made(alive, std::move(*part));
                   });
}

void NodeBackups::part_made(const std::shared_ptr<UnderWay>& of, Result<Part> part) {
  if (!part) return end(part.error());
  of->making = false;
  ++of->next;
  of->seen = runtime_.now();
  of->client_left = true;
  for (const UnderWay::Asker& asker : std::exchange(of->askers, {})) {
    if (asker.wanted()) of->client_left = false;
    asker.set(*part);
  }
  of->latest = std::move(*part);
}

bool NodeBackups::is_left() const {
  const UnderWay& it = *under_way_;
  if (it.making || it.is_being_sent()) return false;
  return it.client_left || runtime_.now() - it.seen >= kQuietMax;
}

void NodeBackups::watch() {
  watch_timer_ = runtime_.at(runtime_.now() + kLook, [this] {
    watch_timer_ = 0;
    UnderWay& it = *under_way_;
    if (it.making || it.is_being_sent()) it.seen = runtime_.now();
    if (runtime_.now() - it.seen >= kIdleMax) return end(no_such_backup());
    watch();
  });
}

void NodeBackups::end(const Error& error) {
  if (watch_timer_ != 0) runtime_.cancel(std::exchange(watch_timer_, 0));
  const auto ended = std::exchange(under_way_, nullptr);
  if (ended == nullptr) return;
  for (const UnderWay::Asker& asker : ended->askers) asker.set(tl::unexpected(error));
  free(std::move(ended->copy));
}

// Behind what is read from it still.
void NodeBackups::free(std::shared_ptr<Copy> copy) {
  if (copy != nullptr) executor_.submit([copy = std::move(copy)]() mutable { copy.reset(); }, [] {});
}

}  // namespace batata::replica
