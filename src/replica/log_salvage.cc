#include "replica/log_salvage.h"

#include <optional>
#include <utility>
#include <vector>

#include "replica/log_recovery.h"
#include "replica/segment_reader.h"

namespace batata::replica {
namespace {

// Damage is nothing to read; any other failure is one.
template <class T>
Result<std::optional<T>> readable(Result<T> result) {
  if (result) return std::optional<T>(std::move(*result));
  if (result.error().code == Errc::kDamaged) return std::nullopt;
  return tl::unexpected(std::move(result.error()));
}

class Salvage {
 public:
  Salvage(Disk& disk, const LogSalvage& found) : disk_(disk), found_(found) {}
  Status run();

 private:
  struct File {
    std::string name;
    SegmentName named;
  };
  Status read(const File& file, const File* next);
  Result<bool> begin(SegmentReader& reader, const File& file);
  Result<bool> read_records(SegmentReader& reader);
  Result<std::optional<std::string>> damage_at_end(SegmentReader& reader, const File* next);
  void gap(const File& file, std::uint64_t offset, const std::string& what) {
    chain_.reset();
    found_.gap(damaged_log(file.name, offset, what).value().message);
  }

  Disk& disk_;
  const LogSalvage& found_;
  std::optional<std::uint32_t> chain_;  // where the file before ended, if that is known
};

Status Salvage::run() {
  const auto names = disk_.list();
  if (!names) return tl::unexpected(names.error());
  std::vector<File> files;
  for (const std::string& name : *names)
    if (const auto named = parse_segment_name(name)) files.push_back({name, *named});
  for (std::size_t i = 0; i < files.size(); ++i)
    if (auto done = read(files[i], i + 1 < files.size() ? &files[i + 1] : nullptr); !done) return done;
  return {};
}

Status Salvage::read(const File& file, const File* next) {
  auto reader = SegmentReader::open(disk_, file.name);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  const auto header_is_good = begin(*reader, file);
  if (!header_is_good) return tl::unexpected(header_is_good.error());
  for (bool first = true;; first = false) {
    const auto any = read_records(*reader);
    if (!any) return tl::unexpected(any.error());
    if (first && !*any && !*header_is_good) {
      gap(file, 0, "the header is damaged, or belongs to another file");
      return {};
    }
    const auto damage = damage_at_end(*reader, next);
    if (!damage) return tl::unexpected(damage.error());
    chain_ = reader->chain();
    if (!*damage) return {};
    gap(file, reader->offset(), **damage);
    const auto skipped = reader->skip_damage();
    if (!skipped) return tl::unexpected(skipped.error());
    if (!*skipped) return {};
  }
}

// False: the header is a guess, made of the file's name and the end of the file before, which only its
// records can confirm.
Result<bool> Salvage::begin(SegmentReader& reader, const File& file) {
  const auto header = readable(reader.header());
  if (!header) return fail(header.error(), "file " + file.name);
  const auto& [sequence, first_index] = file.named;
  if (*header && (*header)->sequence == sequence && (*header)->first_index == first_index) return true;
  reader.take_for_header({sequence, first_index, sequence == 1 ? 0 : chain_.value_or(0)});
  return false;
}

// Up to the first place without an intact one. Whether there were any.
Result<bool> Salvage::read_records(SegmentReader& reader) {
  for (bool any = false;; any = true) {
    const auto next = readable(reader.next());
    if (!next) return tl::unexpected(next.error());
    if (!*next || !**next) return any;
    const auto& [header, payload] = ***next;
    if (reader.sealed()) continue;
    auto taken = found_.entry({header.index, header.term, static_cast<raft::EntryType>(header.type),
                               std::make_shared<const std::string>(payload)});
    if (!taken) return tl::unexpected(std::move(taken.error()));
  }
}

// What is wrong where no further record is intact; nothing where the log just goes on in the next file, or
// ends.
Result<std::optional<std::string>> Salvage::damage_at_end(SegmentReader& reader, const File* next) {
  if (next == nullptr && reader.sealed()) return "the file that continues this one is missing";
  if (next != nullptr) {
    auto reader_of_next = SegmentReader::open(disk_, next->name);
    if (!reader_of_next) return tl::unexpected(std::move(reader_of_next.error()));
    const auto header = readable(reader_of_next->header());
    if (!header) return fail(header.error(), "file " + next->name);
    if (*header && (*header)->seed == reader.chain()) return std::nullopt;
    if (*header) return "what is behind it, up to " + next->name + ", is damaged or missing";
  }
  const auto tail = readable(reader.tail());
  if (!tail) return tl::unexpected(tail.error());
  if (!*tail) return "the disk cannot read what is behind it";
  if ((*tail)->later) return "the record there does not check";
  // What a start would cut off as a write that was not whole. Where other things are damaged, it may be more.
  if ((*tail)->end > reader.offset()) return "the last write does not check";
  return std::nullopt;
}

}  // namespace

Status salvage_log(Disk& disk, const LogSalvage& found) {
  return Salvage(disk, found).run();
}

}  // namespace batata::replica
