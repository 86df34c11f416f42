#include "sim/sim_disk.h"

#include <algorithm>
#include <utility>

namespace batata::sim {
namespace {

constexpr std::size_t kSectorBytes = 512;

}  // namespace

class SimDisk::OpenFile final : public replica::File {
 public:
  OpenFile(SimDisk& disk, std::shared_ptr<Inode> inode) : disk_(disk), inode_(std::move(inode)) {}

  Status write(std::uint64_t offset, std::string_view data) override {
    // Counted before and after: a crash may come before the write, or when the system has it and the disk has
    // not.
    if (auto step = disk_.write_step(); !step) return step;
    put(inode_->now, offset, data);
    inode_->unsynced.push_back({offset, std::string(data)});
    return disk_.power_.spend();
  }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    const auto bad = inode_->unreadable.lower_bound(offset / kBlockBytes * kBlockBytes);
    if (bad != inode_->unreadable.end() && *bad < offset + bytes) {
      ++disk_.failed_reads_;
      return fail(Errc::kDamaged, "input/output error");
    }
    if (offset >= inode_->now.size()) return std::string();
    return inode_->now.substr(offset, bytes);
  }
  Status sync() override {
    if (auto step = disk_.write_step(); !step) {
      // The system takes what it could not write for written: it is still read, and no later sync brings it.
      if (!disk_.power_.dark()) inode_->unsynced.clear();
      return step;
    }
    for (const Write& write : inode_->unsynced) put(inode_->durable, write.offset, write.data);
    inode_->unsynced.clear();
    return disk_.power_.spend();
  }
  Result<std::uint64_t> size() const override { return inode_->now.size(); }

 private:
  SimDisk& disk_;
  std::shared_ptr<Inode> inode_;
};

Status SimDisk::write_step() {
  if (fail_in_ > 0 && --fail_in_ == 0) broken_ = true;
  if (broken_) return fail(Errc::kInternal, "input/output error");
  return power_.spend();
}

void SimDisk::put(std::string& content, std::uint64_t offset, std::string_view data) {
  if (content.size() < offset + data.size()) content.resize(offset + data.size(), '\0');
  content.replace(offset, data.size(), data);
}

void SimDisk::change(std::vector<NameChange> changes) {
  for (const NameChange& c : changes) {
    if (c.inode != nullptr) {
      names_[c.name] = c.inode;
    } else {
      names_.erase(c.name);
    }
  }
  unsynced_names_.push_back(std::move(changes));
}

Result<std::unique_ptr<replica::File>> SimDisk::open(const std::string& name) {
  const auto it = names_.find(name);
  if (it == names_.end()) return fail(Errc::kNotFound, name + ": no such file");
  return std::make_unique<OpenFile>(*this, it->second);
}

Result<std::unique_ptr<replica::File>> SimDisk::create(const std::string& name) {
  if (auto step = write_step(); !step) return tl::unexpected(step.error());
  auto inode = std::make_shared<Inode>();
  change({{name, inode}});
  return std::make_unique<OpenFile>(*this, std::move(inode));
}

Status SimDisk::rename(const std::string& from, const std::string& to) {
  if (auto step = write_step(); !step) return step;
  const auto it = names_.find(from);
  if (it == names_.end()) return fail(Errc::kNotFound, from + ": no such file");
  change({{to, it->second}, {from, nullptr}});
  return {};
}

Status SimDisk::remove(const std::string& name) {
  if (auto step = write_step(); !step) return step;
  if (!names_.contains(name)) return fail(Errc::kNotFound, name + ": no such file");
  if (before_remove) before_remove(name);
  change({{name, nullptr}});
  return {};
}

std::vector<std::string> SimDisk::names() const {
  std::vector<std::string> all;
  for (const auto& [name, inode] : names_) all.push_back(name);
  return all;
}

Result<std::vector<std::string>> SimDisk::list() {
  return names();
}

Status SimDisk::sync_directory() {
  if (auto step = write_step(); !step) return step;
  durable_names_ = names_;
  unsynced_names_.clear();
  return power_.spend();
}

Status SimDisk::lock() {
  if (locked_) return fail(Errc::kUnavailable, "another process uses this directory");
  locked_ = true;
  return {};
}

// Any sectors of the write. They lie at multiples of their size in the file, not in the write.
void SimDisk::put_torn(std::string& content, const Write& write, const Chance& chance) {
  for (std::size_t at = 0; at < write.data.size();) {
    const std::size_t end =
        std::min<std::size_t>(write.data.size(), at + kSectorBytes - (write.offset + at) % kSectorBytes);
    if (chance() % 2 == 0) put(content, write.offset + at, std::string_view(write.data).substr(at, end - at));
    at = end;
  }
}

void SimDisk::lose(Inode& inode, const Chance& chance) {
  const auto unsynced = std::exchange(inode.unsynced, {});
  inode.now = inode.durable;
  if (unsynced.empty()) return;
  // Mostly some, but all and none come often enough: chance alone would hardly ever keep a long row of
  // writes.
  const std::uint64_t share = chance() % 3;
  const std::size_t torn = chance() % unsynced.size();
  for (std::size_t i = 0; i < unsynced.size(); ++i) {
    const Write& write = unsynced[i];
    if (i == torn && chance() % 4 != 0) {
      put_torn(inode.now, write, chance);
    } else if (share == 2 || (share == 1 && chance() % 2 == 0)) {
      put(inode.now, write.offset, write.data);
    } else if (chance() % 8 == 0) {
      put(inode.now, write.offset + write.data.size(), "");  // the file has grown, its bytes are lost
    }
  }
  inode.durable = inode.now;
}

void SimDisk::crash(const Chance& chance) {
  names_ = durable_names_;
  const std::size_t kept = unsynced_names_.empty() ? 0 : chance() % (unsynced_names_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    for (const NameChange& c : unsynced_names_[i]) {
      if (c.inode != nullptr) {
        names_[c.name] = c.inode;
      } else {
        names_.erase(c.name);
      }
    }
  }
  durable_names_ = names_;
  unsynced_names_.clear();
  for (auto& [name, inode] : names_) lose(*inode, chance);
  end_process();
}

std::unique_ptr<SimDisk> SimDisk::copy(SimPower& power) const {
  auto twin = std::make_unique<SimDisk>(power);
  for (const auto& [name, inode] : names_)
    twin->names_[name] = std::make_shared<Inode>(Inode{inode->now, inode->now, {}, inode->unreadable});
  twin->durable_names_ = twin->names_;
  return twin;
}

}  // namespace batata::sim
