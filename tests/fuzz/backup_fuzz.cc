// Any bytes as a backup: read to its end or refused; what was read is written again as the same records. The
// first byte chooses whether the input is a whole file or what lies in its blocks, so that no checksum need
// be found.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "replica/backup_file.h"

namespace {

using namespace batata;
using Records = std::vector<std::pair<std::string, std::string>>;

// Blocks of the input's bytes, up to its zeros, with the frames that they must have.
std::string framed(std::string_view input) {
  replica::BackupWriter writer(WallTime{1});
  std::string out = writer.take();
  std::uint32_t chain = crc32c(std::string_view(out).substr(replica::kBackupMagic.size() + 8));
  while (!input.empty()) {
    const auto block = input.substr(0, input.find('\0'));
    input.remove_prefix(std::min(input.size(), block.size() + 1));
    if (block.empty()) continue;
    chain = crc32c(block, chain);
    ByteWriter frame(out);
    frame.u32(static_cast<std::uint32_t>(block.size()));
    frame.u32(chain);
    out += block;
  }
  return out;
}

bool read(std::string_view file, Records& records) {
  replica::BackupReader reader([&file](std::size_t bytes) -> Result<std::string> {
    const auto piece = file.substr(0, bytes);
    file.remove_prefix(piece.size());
    return std::string(piece);
  });
  if (!reader.open()) return false;
  for (;;) {
    auto block = reader.next();
    if (!block) return false;
    if (!*block) return true;
    for (auto& record : **block) records.emplace_back(std::move(record.name), std::move(record.value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const bool whole = input.front() == 'w';
  input.remove_prefix(1);
  Records records, again;
  if (!read(whole ? std::string(input) : framed(input), records)) return 0;
  replica::BackupWriter writer(WallTime{1});
  for (const auto& [name, value] : records) writer.add(name, value);
  writer.end();
  BATATA_ASSERT(read(writer.take(), again) && again == records);
  return 0;
}
