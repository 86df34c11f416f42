#include "replica/record.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace batata::replica {
namespace {

constexpr std::size_t kCheckAt = 4, kFieldsAt = 8;

void overwrite(std::string& out, std::size_t at, std::uint32_t value) {
  std::memcpy(&out[at], &value, sizeof value);
}

std::uint32_t append(std::string& out, const RecordHeader& header, std::string_view payload,
                     std::uint32_t chain, std::uint32_t salt) {
  BATATA_ASSERT(out.size() % kRecordAlign == 0);
  BATATA_ASSERT(payload.size() <= kPayloadMax);
  const std::size_t at = out.size();
  ByteWriter writer(out);
  writer.u32(0);
  writer.u32(0);
  writer.u32(static_cast<std::uint32_t>(payload.size()));
  writer.u32(static_cast<std::uint32_t>(header.type));
  writer.u64(header.index.value);
  writer.u64(header.term.value);
  writer.u64(header.write);
  out.append(payload);
  out.resize(at + record_size(payload.size()), '\0');
  const std::string_view all(out);
  overwrite(out, at + kCheckAt, crc32c(all.substr(at + kFieldsAt, kRecordHeaderBytes - kFieldsAt), salt));
  const std::uint32_t crc = crc32c(all.substr(at + kCheckAt), chain);
  overwrite(out, at, crc);
  return crc;
}

}  // namespace

std::uint32_t append_record(std::string& out, const raft::Entry& entry, std::uint64_t write,
                            std::uint32_t chain, std::uint32_t salt) {
  RecordHeader header{.type = static_cast<RecordType>(entry.type), .index = entry.index, .term = entry.term};
  header.write = write;
  return append(out, header, *entry.data, chain, salt);
}

std::string make_seal(LogIndex last, Term term, std::uint64_t write, std::uint32_t chain,
                      std::uint32_t salt) {
  std::string out;
  RecordHeader header{.type = RecordType::kSeal, .index = last, .term = term};
  header.write = write;
  append(out, header, {}, chain, salt);
  return out;
}

std::optional<RecordHeader> recognise_header(std::string_view bytes, std::uint32_t salt) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  ByteReader in(bytes.substr(0, kRecordHeaderBytes));
  RecordHeader header;
  header.crc = in.u32();
  const std::uint32_t check = in.u32();
  header.length = in.u32();
  const std::uint32_t type = in.u32();
  header.index = LogIndex{in.u64()};
  header.term = Term{in.u64()};
  header.write = in.u64();
  // The cheap questions first: recovery asks this of every place in a torn tail.
  if (type < 1 || type > 4 || header.length > kPayloadMax || header.index.value == 0) return std::nullopt;
  header.type = static_cast<RecordType>(type);
  if (crc32c(bytes.substr(kFieldsAt, kRecordHeaderBytes - kFieldsAt), salt) != check) return std::nullopt;
  return header;
}

bool is_intact(std::string_view record, std::uint32_t chain) {
  std::uint32_t crc;
  std::memcpy(&crc, record.data(), sizeof crc);
  return crc32c(record.substr(kCheckAt), chain) == crc;
}

}  // namespace batata::replica
