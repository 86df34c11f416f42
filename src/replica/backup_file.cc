#include "replica/backup_file.h"

#include <fmt/format.h>

#include <utility>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/record_check.h"

namespace batata::replica {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kBlockBytes = 256u << 10;    // a block ends with the record that reaches this
constexpr std::size_t kBlockBytesMax = 64u << 20;  // one record: a value has at most 40 MiB
constexpr std::size_t kFrameBytes = 8;             // length and crc
constexpr std::size_t kKindBytes = 1;
enum class Kind : std::uint8_t { kHead = 1, kRecords = 2, kEnd = 3 };

std::string begun(Kind kind) {
  return std::string(1, static_cast<char>(kind));
}

}  // namespace

BackupWriter::BackupWriter(WallTime taken) : out_(kBackupMagic), block_(begun(Kind::kHead)) {
  ByteWriter head(block_);
  head.u32(kVersion);
  head.i64(taken.ms);
  close_block();
}

void BackupWriter::add(std::string_view name, std::string_view value) {
  if (block_.empty()) block_ = begun(Kind::kRecords);
  ByteWriter records(block_);
  records.string(name);
  records.string(value);
  ++records_;
  if (block_.size() >= kBlockBytes) close_block();
}

void BackupWriter::end() {
  if (!block_.empty()) close_block();
  block_ = begun(Kind::kEnd);
  ByteWriter(block_).varint(records_);
  close_block();
}

void BackupWriter::close_block() {
  chain_ = crc32c(block_, chain_);
  ByteWriter frame(out_);
  frame.u32(static_cast<std::uint32_t>(block_.size()));
  frame.u32(chain_);
  out_ += block_;
  block_.clear();
}

tl::unexpected<Error> BackupReader::damaged(std::string_view what) const {
  return fail(Errc::kDamaged, fmt::format("damaged backup: offset {}: {}", block_at_, what));
}

Result<std::string> BackupReader::take(std::size_t bytes, const char* what) {
  auto taken = source_(bytes);
  if (!taken) return taken;
  offset_ += taken->size();
  if (taken->size() < bytes) return damaged(what);
  return taken;
}

// One block, checked against all that came before it.
Result<std::string> BackupReader::block() {
  block_at_ = offset_;
  auto frame = take(kFrameBytes, "the file ends before its end block");
  if (!frame) return frame;
  ByteReader in(*frame);
  const std::size_t length = in.u32();
  const std::uint32_t crc = in.u32();
  if (length == 0 || length > kBlockBytesMax) return damaged("the length of a block is not possible");
  auto block = take(length, "the file ends within a block");
  if (!block) return block;
  chain_ = crc32c(*block, chain_);
  if (chain_ != crc) return damaged("the block does not check");
  return block;
}

Status BackupReader::open() {
  const auto magic = take(kBackupMagic.size(), "this is no backup");
  if (!magic) return tl::unexpected(magic.error());
  if (*magic != kBackupMagic) return damaged("this is no backup");
  const auto head = block();
  if (!head) return tl::unexpected(head.error());
  ByteReader in(*head);
  if (in.u8() != static_cast<std::uint8_t>(Kind::kHead)) return damaged("the head is missing");
  const std::uint32_t version = in.u32();
  if (in.ok() && version != kVersion)
    return fail(Errc::kUnsupported, fmt::format("backup format {} is not known here", version));
  taken_ = WallTime{in.i64()};
  if (!in.ok() || !in.at_end() || !store::is_in_range(taken_)) return damaged("the head is not one");
  return {};
}

Result<std::optional<std::vector<store::Record>>> BackupReader::next() {
  const auto read = block();
  if (!read) return tl::unexpected(read.error());
  switch (static_cast<Kind>(read->front())) {
    case Kind::kRecords: {
      auto records = records_of(std::string_view(*read).substr(1));
      if (!records) return tl::unexpected(std::move(records.error()));
      return std::move(*records);
    }
    case Kind::kEnd:
      if (auto good = check_end(std::string_view(*read).substr(1)); !good)
        return tl::unexpected(std::move(good.error()));
      return std::nullopt;
    case Kind::kHead:
      break;
  }
  return damaged("a block of no known kind");
}

Result<std::vector<store::Record>> BackupReader::records_of(std::string_view block) {
  if (block.empty()) return damaged("a block of records has none");
  std::vector<store::Record> records;
  for (ByteReader in(block); !in.at_end();) {
    // As it is written: so only a block's last record may be large, and there are not many small ones.
    const std::size_t before = kKindBytes + block.size() - in.rest().size();
    if (before >= kBlockBytes) return damaged("a block goes on when it is full");
    const auto name = in.string();
    const auto value = in.string();
    if (!in.ok()) return damaged("a record is cut off");
    records.push_back({std::string(name), std::string(value), false});
    if (auto good = check(records.back()); !good) return tl::unexpected(std::move(good.error()));
  }
  records_ += records.size();
  return records;
}

Status BackupReader::check(const store::Record& record) {
  if (record.name <= last_name_) return damaged("the records are not in order");
  last_name_ = record.name;
  Status good;
  if (record.name == kPositionName) {
    auto position = decode_position(record.value);
    if (position) position_ = std::move(*position);
    good = std::move(position).map([](const Position&) {});
  } else {
    good = store::check_record(record.name, record.value);
    if (store::is_meta_record(record.name)) meta_ = record.value;
  }
  if (!good && good.error().code == Errc::kDamaged) return damaged(good.error().message);
  return good;
}

Status BackupReader::check_end(std::string_view block) {
  ByteReader in(block);
  const std::uint64_t records = in.varint();
  if (!in.ok() || !in.at_end()) return damaged("the end is not one");
  if (records != records_)
    return damaged(fmt::format("{} records were written, {} are there", records, records_));
  if (!position_ || !meta_) return damaged("it does not say where its state stands");
  const auto more = source_(1);
  if (!more) return tl::unexpected(more.error());
  block_at_ = offset_;
  if (!more->empty()) return damaged("something lies behind the end");
  return {};
}

}  // namespace batata::replica
