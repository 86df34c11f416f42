#include "cli/directories/backup.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/json.h"
#include "store/store.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBackups = "/batata/v1/backups";
// How long a part is asked for after it did not come at first: a server forgets a backup that nobody asks for
// in that time.
constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kPause{250};  // between two tries; a part takes some of it to make
constexpr int kDraftsMax = 100;                   // beside one name; more are a sign that nobody looks

// Whether the same part is worth asking for again: its answer got lost, or the server is at it still, as
// after an answer that took too long. A server that is away is not: it has forgotten the backup.
bool may_come_yet(const Error& error) {
  return error.code == Errc::kOutcomeUnknown || error.code == Errc::kDeadlineExceeded ||
         (error.code == Errc::kUnavailable && error.detail == kSaidByServer);
}

Result<HttpAnswer> part_of(const Client& client, const std::string& id, std::uint64_t number) {
  using Clock = std::chrono::steady_clock;
  const std::string target = std::string(kBackups) + "/" + id + "/parts/" + std::to_string(number);
  std::optional<Clock::time_point> until;
  for (;;) {
    auto part = client.call_own("GET", target);
    if (part || !may_come_yet(part.error())) return part;
    const auto now = Clock::now();
    if (!until) until = now + kPatience;
    if (now + kPause > *until) return part;
    std::this_thread::sleep_for(kPause);
  }
}

// As batata makes them: it becomes a piece of a request line.
bool is_id(std::string_view id) {
  constexpr std::size_t kDigits = 16;
  return id.size() == kDigits && id.find_first_not_of("0123456789abcdef") == id.npos;
}

Result<std::string> begin(const Client& client) {
  const auto begun = client.call_own("POST", kBackups);
  if (!begun) return tl::unexpected(begun.error());
  const auto body = json::parse(begun->body);
  const auto id = body ? (*body)["id"].as_text() : std::nullopt;
  if (!id || !is_id(*id))
    return fail(Errc::kInternal, "the server's answer is not what batata would say; is it one?");
  return std::string(*id);
}

Status receive_parts(const Client& client, const std::string& id, replica::File& file) {
  std::uint64_t offset = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto part = part_of(client, id, number);
    if (!part) return tl::unexpected(part.error());
    const bool is_last = part->header("batata-last-part") == "true";
    // Else parts without end would have no end for us either; those with bytes have that of the disk.
    if (part->body.empty() && !is_last)
      return fail(Errc::kInternal, "the server sent a part of the backup with nothing in it");
    if (auto written = file.write(offset, part->body); !written) return written;
    offset += part->body.size();
    if (is_last) return file.sync();
  }
}

// Whether the server can be told now that nobody wants the backup any longer, and does not know it.
bool is_there_to_be_told(const Error& error) {
  const bool is_of_the_way = error.code == Errc::kUnavailable || error.code == Errc::kOutcomeUnknown ||
                             error.code == Errc::kDeadlineExceeded;
  return error.code != Errc::kNotFound && (!is_of_the_way || error.detail == kSaidByServer);
}

Status receive(const Client& client, replica::File& file) {
  const auto id = begin(client);
  if (!id) return tl::unexpected(id.error());
  auto received = receive_parts(client, *id, file);
  if (!received && is_there_to_be_told(received.error()))
    (void)client.call_own("DELETE", std::string(kBackups) + "/" + *id);
  return received;
}

Result<BackupContents> inspect(const replica::File& file) {
  const auto size = file.size();
  if (!size) return tl::unexpected(size.error());
  replica::BackupReader reader(source_of(file));
  if (auto opened = reader.open(); !opened) return tl::unexpected(std::move(opened.error()));
  BackupContents contents;
  contents.taken = reader.taken();
  contents.bytes = *size;
  for (;;) {
    const auto block = reader.next();
    if (!block) return tl::unexpected(block.error());
    if (!*block) break;
  }
  const auto meta = store::later_meta(reader.meta(), {});
  if (!meta) return tl::unexpected(meta.error());
  contents.revision = meta->revision;
  contents.records = reader.records();
  return contents;
}

// A file on its way to its name. Removed when this is destroyed, unless it has got there.
class Draft {
 public:
  /// In a place of its own, so that whatever lies in the directory stays as it is. `disk` outlives it.
  static Result<Draft> create(platform::PosixDisk& disk, const std::string& name) {
    std::string draft = name + ".part";
    for (int n = 2;; ++n) {
      auto file = disk.create_private(draft);
      if (file) return Draft(disk, std::move(draft), std::move(*file));
      // Of one that was killed, or runs: whose it is nobody knows.
      if (file.error().code != Errc::kConflict || n > kDraftsMax)
        return tl::unexpected(std::move(file.error()));
      draft = name + ".part-" + std::to_string(n);
    }
  }
  Draft(Draft&& other) noexcept
      : disk_(other.disk_), name_(std::exchange(other.name_, {})), file_(std::move(other.file_)) {}
  Draft& operator=(Draft&&) = delete;
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!name_.empty()) (void)disk_.remove(name_);
  }

  [[nodiscard]] replica::File& file() { return *file_; }
  /// Gives it its name for good, should nothing have that.
  [[nodiscard]] Status become(const std::string& name) {
    if (auto named = disk_.rename_to_new(name_, name); !named) return named;
    name_ = name;  // to be removed unless the power may go now
    if (auto synced = disk_.sync_directory(); !synced) return synced;
    name_.clear();
    return {};
  }

 private:
  Draft(platform::PosixDisk& disk, std::string name, std::unique_ptr<replica::File> file)
      : disk_(disk), name_(std::move(name)), file_(std::move(file)) {}

  platform::PosixDisk& disk_;
  std::string name_;  // empty: nothing is to be removed
  std::unique_ptr<replica::File> file_;
};

}  // namespace

replica::BackupReader::Source source_of(const replica::File& file) {
  return [&file, offset = std::uint64_t{0}](std::size_t bytes) mutable -> Result<std::string> {
    auto read = file.read(offset, bytes);
    if (read) offset += read->size();
    return read;
  };
}

Place place_of(const std::string& path) {
  const fs::path whole(path);
  return {whole.has_parent_path() ? whole.parent_path().string() : ".", whole.filename().string()};
}

Result<BackupContents> take_backup(const Client& client, const std::string& path) {
  const Place place = place_of(path);
  std::error_code none;
  if (!fs::is_directory(place.directory, none))
    return fail(Errc::kNotFound, "there is no directory " + place.directory);
  if (place.name.empty() || fs::exists(fs::symlink_status(path, none)))
    return fail(Errc::kConflict, path + " exists already, and is left as it is");
  auto disk = platform::PosixDisk::open_directory(place.directory);
  if (!disk) return tl::unexpected(std::move(disk.error()));
  auto draft = Draft::create(**disk, place.name);
  if (!draft) return tl::unexpected(std::move(draft.error()));
  auto contents = receive(client, draft->file()).and_then([&] { return inspect(draft->file()); });
  if (!contents) return contents;
  if (auto named = draft->become(place.name); !named) return tl::unexpected(std::move(named.error()));
  return contents;
}

Result<BackupContents> inspect_backup(const std::string& path) {
  const Place place = place_of(path);
  std::error_code none;
  if (!fs::is_regular_file(path, none)) return fail(Errc::kNotFound, "there is no file " + path);
  auto disk = platform::PosixDisk::open_directory(place.directory);
  if (!disk) return tl::unexpected(std::move(disk.error()));
  const auto file = (*disk)->open(place.name);
  if (!file) return tl::unexpected(file.error());
  return inspect(**file);
}

}  // namespace batata::cli
