#include "domain/config/archive.h"

#include <sys/stat.h>
#include <zip.h>

#include <ctime>
#include <memory>
#include <set>

namespace batata::domain {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
// 1980-01-01T00:00:00Z, the first time that a zip can hold: archives of equal configs are equal.
constexpr std::time_t kTimeOfEntries = 315'532'800;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using File = std::unique_ptr<zip_file_t, CloseFile>;
struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, FreeSource>;

// An error of the library, which must be given back.
class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  ~ZipError() { zip_error_fini(&error_); }
  zip_error_t* get() { return &error_; }
  std::string text() { return zip_error_strerror(&error_); }
  [[nodiscard]] bool is_no_archive() const {
    const int code = zip_error_code_zip(&error_);
    return code == ZIP_ER_NOZIP || code == ZIP_ER_EOF;
  }

 private:
  zip_error_t error_;
};

tl::unexpected<Error> refused(std::string_view name, std::string_view why) {
  return fail(Errc::kInvalidArgument, "archive entry '" + std::string(name) + "': " + std::string(why));
}
tl::unexpected<Error> too_much(std::string_view what) {
  return fail(Errc::kResourceExhausted, "archive: " + std::string(what));
}

// Whether a name stays below the folder that it would be unpacked into, on any system.
bool is_inside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != name.npos) return false;
  for (;;) {
    const auto slash = name.find('/');
    const auto part = name.substr(0, slash);
    if (part == ".." || part == ".") return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool is_plain_file(zip_t* archive, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  if (system != ZIP_OPSYS_UNIX) return true;
  const auto mode = static_cast<mode_t>(attributes >> 16) & S_IFMT;
  return mode == 0 || mode == S_IFREG || mode == S_IFDIR;
}

// Reads the files of one archive and counts what they come to.
class Reader {
 public:
  Reader(zip_t* archive, const ArchiveLimits& limits) : archive_(archive), limits_(limits) {}

  Result<std::vector<ArchiveEntry>> read() {
    const auto count = zip_get_num_entries(archive_, 0);
    if (count < 0 || static_cast<std::size_t>(count) > limits_.entries_max)
      return too_much("too many entries");
    std::vector<ArchiveEntry> entries;
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
      zip_stat_t about;
      if (zip_stat_index(archive_, i, ZIP_FL_ENC_GUESS, &about) != 0 || (about.valid & ZIP_STAT_NAME) == 0)
        return refused(std::to_string(i), "has no name");
      const std::string_view name = about.name;
      if (auto sound = check(i, name, about); !sound) return tl::unexpected(std::move(sound.error()));
      if (name.ends_with('/')) continue;  // a folder
      auto data = unpack(i, name, about);
      if (!data) return tl::unexpected(std::move(data.error()));
      entries.push_back({std::string(name), std::move(*data)});
    }
    return entries;
  }

 private:
  Status check(zip_uint64_t index, std::string_view name, const zip_stat_t& about) {
    if (!is_inside(name)) return refused(name, "leads out of its folder");
    if (!names_.emplace(name).second) return refused(name, "is there twice");
    if (!is_plain_file(archive_, index)) return refused(name, "is a link or another special file");
    if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
      return refused(name, "is encrypted");
    if ((about.valid & ZIP_STAT_SIZE) != 0 && about.size > limits_.entry_bytes_max)
      return too_much("an entry is too large");
    return {};
  }

  Result<std::string> unpack(zip_uint64_t index, std::string_view name, const zip_stat_t& about) {
    const File file(zip_fopen_index(archive_, index, 0));
    if (file == nullptr) return refused(name, "cannot be unpacked");
    const std::size_t packed = (about.valid & ZIP_STAT_COMP_SIZE) != 0 ? about.comp_size : 0;
    std::string data;
    for (;;) {
      const std::size_t before = data.size();
      data.resize(before + kReadBytes);
      const auto got = zip_fread(file.get(), data.data() + before, kReadBytes);
      if (got < 0) return refused(name, "is damaged");
      data.resize(before + static_cast<std::size_t>(got));
      total_ += static_cast<std::size_t>(got);
      if (data.size() > limits_.entry_bytes_max) return too_much("an entry is too large");
      if (total_ > limits_.total_bytes_max) return too_much("it is too large");
      if (data.size() > limits_.ratio_counts_from && data.size() / limits_.ratio_max > packed)
        return too_much("an entry unpacks to far more than it is");
      if (got == 0) return data;
    }
  }

  zip_t* archive_;
  const ArchiveLimits& limits_;
  std::set<std::string, std::less<>> names_;
  std::size_t total_ = 0;
};

// The end-of-directory record of an archive without entries; the library writes no file for one.
std::string empty_archive() {
  std::string bytes(22, '\0');
  bytes.replace(0, 4, "PK\5\6");
  return bytes;
}

Status add(zip_t* archive, const ArchiveEntry& entry) {
  // The entry outlives the archive's closing, so its bytes are not copied.
  Source source(zip_source_buffer(archive, entry.data.data(), entry.data.size(), 0));
  if (source == nullptr) return fail(Errc::kInternal, zip_strerror(archive));
  const auto index = zip_file_add(archive, entry.name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (index < 0) return fail(Errc::kInternal, zip_strerror(archive));
  (void)source.release();  // the archive's now
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive, at, ZIP_CM_DEFLATE, 0) != 0 ||
      zip_file_set_mtime(archive, at, kTimeOfEntries, 0) != 0)
    return fail(Errc::kInternal, zip_strerror(archive));
  return {};
}

Result<std::string> bytes_of(zip_source_t* source) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_source_stat(source, &about) != 0 || (about.valid & ZIP_STAT_SIZE) == 0)
    return fail(Errc::kInternal, "the archive has no size");
  if (zip_source_open(source) != 0) return fail(Errc::kInternal, "the archive cannot be read back");
  std::string bytes(about.size, '\0');
  const auto got = zip_source_read(source, bytes.data(), bytes.size());
  (void)zip_source_close(source);
  if (got < 0 || static_cast<std::size_t>(got) != bytes.size())
    return fail(Errc::kInternal, "the archive cannot be read back");
  return bytes;
}

}  // namespace

Result<std::vector<ArchiveEntry>> read_archive(std::string_view bytes, const ArchiveLimits& limits) {
  ZipError error;
  Source source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, error.get()));
  if (source == nullptr) return fail(Errc::kInternal, "archive: " + error.text());
  const Archive archive(zip_open_from_source(source.get(), ZIP_RDONLY, error.get()));
  if (archive == nullptr)
    return fail(error.is_no_archive() ? Errc::kNotFound : Errc::kInvalidArgument, "archive: " + error.text());
  (void)source.release();  // the archive's now
  return Reader(archive.get(), limits).read();
}

Result<std::string> write_archive(const std::vector<ArchiveEntry>& entries) {
  if (entries.empty()) return empty_archive();
  ZipError error;
  const Source source(zip_source_buffer_create(nullptr, 0, 0, error.get()));
  if (source == nullptr) return fail(Errc::kInternal, "archive: " + error.text());
  zip_source_keep(source.get());  // once for the archive, which lets go of it, and once to read it afterwards
  Archive archive(zip_open_from_source(source.get(), ZIP_CREATE | ZIP_TRUNCATE, error.get()));
  if (archive == nullptr) {
    zip_source_free(source.get());
    return fail(Errc::kInternal, "archive: " + error.text());
  }
  for (const ArchiveEntry& entry : entries)
    if (auto added = add(archive.get(), entry); !added) return tl::unexpected(std::move(added.error()));
  if (zip_close(archive.get()) != 0) return fail(Errc::kInternal, zip_strerror(archive.get()));
  (void)archive.release();  // closed
  return bytes_of(source.get());
}

}  // namespace batata::domain
