#include "replica/node_backups.h"

#include <fmt/format.h>

#include <utility>

#include "replica/backup_file.h"

namespace batata::replica {

// Read by the executor while `busy`, else by the loop.
struct NodeBackups::Copy {
  Copy(std::string name, WallTime taken) : id(std::move(name)), writer(taken) {}

  Status make_part();

  const std::string id;
  BackupWriter writer;
  std::unique_ptr<StateReader> reader;
  bool ended = false, busy = false;
  std::uint64_t next = 0;
  Part latest;  // number `next` - 1
};

Status NodeBackups::Copy::make_part() {
  while (!ended && writer.ready() < kPartBytes) {
    const auto add = [this](std::string_view name, std::string_view value) -> Status {
      writer.add(name, value);
      return {};
    };
    if (auto read = reader->read(add, kPartBytes / 4); !read) return read;
    if (!reader->done()) continue;
    writer.end();
    reader.reset();  // the storage need not keep what it shows any longer
    ended = true;
  }
  latest = {writer.take(), ended};
  ++next;
  return {};
}

NodeBackups::~NodeBackups() {
  if (idle_timer_ != 0) runtime_.cancel(idle_timer_);
}

void NodeBackups::asked() {
  if (idle_timer_ != 0) runtime_.cancel(idle_timer_);
  idle_timer_ = runtime_.at(runtime_.now() + kIdleMax, [this] {
    idle_timer_ = 0;
    copy_.reset();
  });
}

Task<Result<cluster::Backups::Begun>> NodeBackups::begin() {
  if (beginning_ || (copy_ != nullptr && !copy_->ended))
    co_return fail(Errc::kUnavailable, "another backup is under way");
  struct Beginning {  // also when the caller is cancelled
    bool& now;
    explicit Beginning(bool& flag) : now(flag) { now = true; }
    ~Beginning() { now = false; }
  };
  const Beginning beginning(beginning_);
  const Revision revision = node_.store().revision();
  if (auto flushed = co_await node_.flush_state(); !flushed)
    co_return tl::unexpected(std::move(flushed.error()));
  auto copy = std::make_shared<Copy>(fmt::format("{:016x}", runtime_.random()), runtime_.wall_now());
  (void)co_await run_elsewhere<bool>(runtime_, executor_, [copy, &state = state_] {
    copy->reader = state.reader();
    return true;
  });
  copy_ = std::move(copy);
  asked();
  co_return Begun{copy_->id, revision};
}

Task<Result<cluster::Backups::Part>> NodeBackups::part(std::string id, std::uint64_t number) {
  if (copy_ == nullptr || copy_->id != id)
    co_return fail(Errc::kNotFound, "there is no such backup, or nobody asked for a part of it for a minute");
  const auto copy = copy_;
  if (copy->busy) co_return fail(Errc::kUnavailable, "a part of this backup is being made");
  asked();
  if (number + 1 == copy->next) co_return copy->latest;
  if (number != copy->next || copy->ended)
    co_return fail(Errc::kInvalidArgument, fmt::format("the next part of this backup is {}", copy->next));
  copy->busy = true;
  auto made = co_await run_elsewhere<Status>(runtime_, executor_, [copy] { return copy->make_part(); });
  copy->busy = false;
  asked();
  if (!made) co_return tl::unexpected(std::move(made.error()));
  co_return copy->latest;
}

}  // namespace batata::replica
