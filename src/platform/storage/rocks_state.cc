#include "platform/storage/rocks_state.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/assert.h"
#include "base/system_error.h"
#include "platform/storage/directories.h"

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

Status translate(const rocksdb::Status& status, const char* what) {
  if (status.ok()) return {};
  const Errc code = status.IsCorruption() ? Errc::kDamaged
                    : status.IsNoSpace()  ? Errc::kResourceExhausted
                                          : Errc::kInternal;
  return fail(code, std::string(what) + ": " + status.ToString());
}

// Of reading: a file that is missing, or that the disk cannot read, is damage like bytes that do not check.
Status translate_reading(const rocksdb::Status& status, const char* what) {
  auto translated = translate(status, what);
  const bool is_unreadable =
      status.IsPathNotFound() ||
      (status.IsIOError() &&
       status.ToString().find(std::generic_category().message(EIO)) != std::string::npos);
  if (!translated && is_unreadable) translated.error().code = Errc::kDamaged;
  return translated;
}

// RocksDB would note what it does in a file beside the state, and when a write to that fails, as on a full
// disk, end the process by an assertion at the next one. What matters comes with each Status.
class NoNotes final : public rocksdb::Logger {
 public:
  NoNotes() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  void Logv(const char*, va_list) override {}
  void LogHeader(const char*, va_list) override {}
};

// Small on purpose: an idle server must fit into 20 MB, this included.
rocksdb::Options make_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 4u << 20;
  options.max_write_buffer_number = 3;
  options.arena_block_size = 256u << 10;
  options.target_file_size_base = 8u << 20;
  options.max_bytes_for_level_base = 32u << 20;
  // The state is read at start alone, so what is cheap to write comes first: young files stay as they are.
  options.level0_file_num_compaction_trigger = 8;
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression,
                                   rocksdb::kLZ4Compression};
  options.max_background_jobs = 2;
  options.max_subcompactions = 1;
  options.max_open_files = 64;
  options.table_cache_numshardbits = 0;
  // One thread writes; the machinery for many costs CPU.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.avoid_flush_during_shutdown = true;  // what is not flushed is in the replicated log
  options.info_log = std::make_shared<NoNotes>();
  options.max_manifest_file_size = 1u << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.bytes_per_sync =
      1u << 20;  // large files are written back as they grow, not in one burst at the end
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(1u << 20, 0);
  table.cache_index_and_filter_blocks = false;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// CURRENT names the list of the tables, and is there before the first of them.
Result<bool> is_there(const std::string& directory) {
  const std::string current = directory + "/CURRENT";
  if (::access(current.c_str(), R_OK) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) return system_failure("open " + current, errno);
  std::error_code error;
  if (!fs::is_directory(directory, error)) return false;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".sst")
      return fail(Errc::kDamaged, "damaged directory: " + current + " is missing");
  if (error) return system_failure("list " + directory, error.value());
  return false;
}

}  // namespace

struct RocksState::Database {
  std::shared_ptr<rocksdb::DB> db;
  // `db` once it is open for writing, which it stays until the end: other threads may ask it for its figures.
  std::atomic<rocksdb::DB*> open = nullptr;
};

namespace {

class Reader final : public replica::StateReader {
 public:
  explicit Reader(std::shared_ptr<rocksdb::DB> db) : db_(std::move(db)) {
    if (db_ == nullptr) return;  // not there, or not yet
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1u << 20;
    options.background_purge_on_iterator_cleanup = true;  // of tables that only this has kept
    it_.reset(db_->NewIterator(options));
    it_->SeekToFirst();
  }
  Status read(const Visit& visit, std::size_t bytes_max) override {
    if (it_ == nullptr) return {};
    for (std::size_t bytes = 0; it_->Valid() && bytes < bytes_max; it_->Next()) {
      const auto shown = visit(it_->key().ToStringView(), it_->value().ToStringView());
      if (!shown) return shown;
      bytes += it_->key().size() + it_->value().size();
    }
    return translate_reading(it_->status(), "read the state");
  }
  bool done() const override { return it_ == nullptr || (!it_->Valid() && it_->status().ok()); }

 private:
  std::shared_ptr<rocksdb::DB> db_;  // before the iterator, which needs it to its end
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace

namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kMemory{"batata_rocksdb_memtable_bytes", Kind::kGauge, "",
                         "Memory of what RocksDB has not yet written to its tables."};
constexpr Metric kTables{"batata_rocksdb_tables_bytes", Kind::kGauge, "",
                         "Bytes of RocksDB's tables on disk."};
constexpr Metric kPending{"batata_rocksdb_pending_compaction_bytes", Kind::kGauge, "",
                          "Bytes that RocksDB has yet to rewrite, about."};
constexpr Metric kStopped{"batata_rocksdb_writes_stopped", Kind::kGauge, "",
                          "1 while RocksDB takes no writes because its compaction lags, otherwise 0."};
constexpr Metric kRows[] = {kMemory, kTables, kPending, kStopped};

}  // namespace

std::span<const Metric> RocksState::metric_rows() {
  return kRows;
}

void RocksState::write(metrics::Writer& out) const {
  using Properties = rocksdb::DB::Properties;
  const std::string* const properties[] = {&Properties::kCurSizeAllMemTables, &Properties::kTotalSstFilesSize,
                                           &Properties::kEstimatePendingCompactionBytes,
                                           &Properties::kIsWriteStopped};
  static_assert(std::size(properties) == std::size(kRows));
  rocksdb::DB* const db = database_->open.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    std::uint64_t value = 0;
    if (db != nullptr) db->GetIntProperty(*properties[i], &value);
    out.begin(kRows[i]);
    out.sample(value);
  }
}

RocksState::RocksState(std::string directory, Access access)
    : directory_(std::move(directory)), access_(access), database_(std::make_unique<Database>()) {}
RocksState::~RocksState() = default;

Status RocksState::open() {
  BATATA_ASSERT(database_->db == nullptr);
  const auto there = is_there(directory_);
  if (!there) return tl::unexpected(there.error());
  return *there ? open_to_look() : Status();
}

// Not before something is to be written: RocksDB removes tables that its list does not name, and of a list
// that has lost its end it sees only a start that compares the state with the log.
Status RocksState::open_to_write() {
  if (is_writable_) return {};
  // RocksDB would make the directory, too, but not its place in the one above sure to last: the log is cut
  // behind what the state holds, so the state must not be gone after a loss of power.
  if (auto made = make_directories(directory_); !made) return made;
  database_->db.reset();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(make_options(), directory_, &db);
  database_->db.reset(db);
  is_writable_ = opened.ok();
  if (is_writable_) database_->open.store(db, std::memory_order_release);
  return translate(opened, "open the state");
}

Status RocksState::open_to_look() {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(make_options(), directory_, &db);
  database_->db.reset(db);
  return translate_reading(opened, "open the state");
}

Status RocksState::load(const Visit& visit) {
  return Reader(database_->db).read(visit, SIZE_MAX);
}

std::unique_ptr<replica::StateReader> RocksState::reader() {
  // What it shows must not be removed under it by the first write, which opens the state anew. A failure is
  // that write's to tell.
  if (access_ == Access::kFull && database_->db != nullptr) (void)open_to_write();
  return std::make_unique<Reader>(database_->db);
}

Status RocksState::write(const std::vector<store::Record>& batch) {
  if (access_ == Access::kLookOnly) return {};
  if (auto opened = open_to_write(); !opened) return opened;
  std::size_t bytes = 0;
  for (const store::Record& record : batch) bytes += record.name.size() + record.value.size() + 16;
  rocksdb::WriteBatch changes(bytes);
  for (const store::Record& record : batch) {
    const auto status = record.erased ? changes.Delete(record.name) : changes.Put(record.name, record.value);
    if (!status.ok()) return translate(status, "write the state");
  }
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return translate(database_->db->Write(options, &changes), "write the state");
}

Status RocksState::flush() {
  if (!is_writable_) return {};  // nothing was written
  return translate(database_->db->Flush(rocksdb::FlushOptions()), "flush the state");
}

Status RocksState::checkpoint(const std::string& directory) {
  if (database_->db == nullptr) return {};
  rocksdb::Checkpoint* raw = nullptr;
  if (auto status = rocksdb::Checkpoint::Create(database_->db.get(), &raw); !status.ok())
    return translate(status, "copy the state");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  return translate(checkpoint->CreateCheckpoint(directory), "copy the state");
}

}  // namespace batata::platform
