#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "replica/disk.h"
#include "sim/sim_power.h"

namespace batata::sim {

/// A directory that forgets what was not synced. Outlives the nodes that use it, as a disk does.
///
/// Rules, no kinder than a file system's: of the writes to a file since its last sync a crash keeps any, in
/// whatever order they came, and of one of them any set of 512-byte sectors; the file may have grown by a
/// write without its bytes; of creations, renames and removals since the last sync of the directory it keeps
/// any prefix. A failed write or sync leaves the disk dark for the process: it may not go on after one. The
/// next process reads what was written, but what a failed sync was to bring is lost with the power, whatever
/// is synced later.
class SimDisk final : public replica::Disk {
 public:
  using Chance = std::function<std::uint64_t()>;
  explicit SimDisk(SimPower& power) : power_(power) {}

  Result<std::unique_ptr<replica::File>> open(const std::string& name) override;
  Result<std::unique_ptr<replica::File>> create(const std::string& name) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Status sync_directory() override;
  Status lock() override;
  Result<std::uint64_t> free_bytes() override { return free_bytes_; }
  std::string path() const override { return "sim"; }

  /// The process is gone; its lock is free. With `chance`, so is the power: unsynced work is lost by its
  /// dice.
  void end_process() {
    locked_ = broken_ = false;
    fail_in_ = 0;
  }
  void crash(const Chance& chance);

  /// The next write or sync, or the one so many behind it, fails, as a worn-out disk's would. Nothing works
  /// afterwards until the process has ended.
  void fail_next_write(std::uint64_t behind = 0) { fail_in_ = behind + 1; }
  /// What `free_bytes` says. Nothing else depends on it.
  void set_free_bytes(std::uint64_t bytes) { free_bytes_ = bytes; }
  /// Called before a file is removed.
  std::function<void(const std::string& name)> before_remove;

  /// A disk with the same files as they are seen now.
  [[nodiscard]] std::unique_ptr<SimDisk> copy(SimPower& power) const;
  /// What is in a file now; for tests that damage it.
  [[nodiscard]] std::string& contents(const std::string& name) { return names_.at(name)->now; }
  [[nodiscard]] std::vector<std::string> names() const;
  /// Reads that touch the block of this byte of the file fail from now on.
  void make_unreadable(const std::string& name, std::uint64_t offset) {
    names_.at(name)->unreadable.insert(offset / kBlockBytes * kBlockBytes);
  }
  static constexpr std::uint64_t kBlockBytes = 4096;
  /// How many reads have failed.
  [[nodiscard]] std::uint64_t failed_reads() const { return failed_reads_; }
  void forget(const std::string& name) { names_.erase(name), durable_names_.erase(name); }

 private:
  class OpenFile;
  struct Write {
    std::uint64_t offset;
    std::string data;
  };
  struct Inode {
    std::string now, durable;
    std::vector<Write> unsynced;
    std::set<std::uint64_t> unreadable;
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;
  struct NameChange {
    std::string name;
    std::shared_ptr<Inode> inode;  // null: removed
  };
  Status write_step();
  void change(std::vector<NameChange> changes);
  static void put(std::string& content, std::uint64_t offset, std::string_view data);
  static void put_torn(std::string& content, const Write& write, const Chance& chance);
  static void lose(Inode& inode, const Chance& chance);

  SimPower& power_;
  Names names_, durable_names_;
  std::vector<std::vector<NameChange>> unsynced_names_;  // each operation whole or not at all
  bool locked_ = false, broken_ = false;
  std::uint64_t failed_reads_ = 0;
  std::uint64_t fail_in_ = 0;  // steps; 0: never
  std::uint64_t free_bytes_ = UINT64_MAX;
};

}  // namespace batata::sim
