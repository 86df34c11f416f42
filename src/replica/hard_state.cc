#include "replica/hard_state.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/log.h"

namespace batata::replica {
namespace {

// Format version 1 of a slot (docs/formats.md):
//   8 bytes "BATATAHS" | u32 version | u32 crc32c of all other fields | u64 sequence | u64 term | u64 vote
constexpr std::string_view kMagic = "BATATAHS";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kCrcAt = 12, kBytes = 40;
constexpr const char* kNewName = "hard_state.new";

struct Slot {
  std::uint64_t sequence = 0;
  raft::HardState state;
};

std::uint32_t checksum(std::string_view slot) {
  return crc32c(slot.substr(kCrcAt + 4, kBytes - kCrcAt - 4), crc32c(slot.substr(0, kCrcAt)));
}

std::string encode(const Slot& slot) {
  std::string out(kMagic);
  ByteWriter writer(out);
  writer.u32(kVersion);
  writer.u32(0);
  writer.u64(slot.sequence);
  writer.u64(slot.state.term.value);
  writer.u64(slot.state.vote.value);
  const std::uint32_t crc = checksum(out);
  std::memcpy(&out[kCrcAt], &crc, sizeof crc);
  return out;
}

// Nothing for bytes that do not check.
Result<std::optional<Slot>> decode(std::string_view bytes) {
  if (bytes.size() < kBytes) return std::nullopt;
  const std::string_view whole = bytes.substr(0, kBytes);
  ByteReader in(whole);
  if (in.bytes(kMagic.size()) != kMagic) return std::nullopt;
  const std::uint32_t version = in.u32();
  if (in.u32() != checksum(whole)) return std::nullopt;
  if (version != kVersion) return fail(Errc::kUnsupported, "hard_state has a format that is not known here");
  Slot slot;
  slot.sequence = in.u64();
  slot.state = {Term{in.u64()}, NodeId{in.u64()}};
  return slot;
}

}  // namespace

Result<std::optional<raft::HardState>> HardStateFile::load() {
  auto file = disk_.open(kName);
  if (!file && file.error().code == Errc::kNotFound) return std::nullopt;
  if (!file) return tl::unexpected(std::move(file.error()));
  file_ = std::move(*file);
  std::optional<Slot> best;
  bool all_good = true;
  for (int i = 0; i < 2; ++i) {
    auto bytes = file_->read(i * kSlotBytes, kBytes);
    if (!bytes && bytes.error().code != Errc::kDamaged) return tl::unexpected(std::move(bytes.error()));
    auto slot = decode(bytes.value_or(""));
    if (!slot) return tl::unexpected(std::move(slot.error()));
    all_good = all_good && slot->has_value();
    if (*slot && (!best || (*slot)->sequence > best->sequence)) best = *slot;
  }
  if (!best) return fail(Errc::kDamaged, "damaged file hard_state: neither of its two slots checks");
  if (!all_good)
    log::warn("hard state restored from one slot term={} reason=\"the other does not check\"",
              best->state.term.value);
  sequence_ = best->sequence;
  state_ = best->state;
  return state_;
}

Status HardStateFile::save(const raft::HardState& state) {
  state_ = state;
  ++sequence_;
  return file_ == nullptr ? make_file() : write_slots();
}

Status HardStateFile::write_slots() {
  for (int i = 0; i < 2; ++i) {
    if (auto done = file_->write(i * kSlotBytes, encode(Slot{sequence_, state_})); !done)
      return fail(std::move(done.error()), kName);
    if (auto done = file_->sync(); !done) return fail(std::move(done.error()), kName);
  }
  return {};
}

Status HardStateFile::make_file() {
  auto file = disk_.create(kNewName);
  if (!file) return fail(std::move(file.error()), kName);
  file_ = std::move(*file);
  if (auto done = write_slots(); !done) return done;
  if (auto done = disk_.rename(kNewName, kName); !done) return fail(std::move(done.error()), kName);
  return disk_.sync_directory();
}

}  // namespace batata::replica
