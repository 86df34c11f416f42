#include "platform/storage/rocks_state.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <system_error>

namespace batata::platform {
namespace {

// The whole state also lies in memory, so RocksDB is read once, at the start: its caches can be tiny.
constexpr std::size_t kBlockCacheBytes = 1u << 20;
constexpr std::size_t kMemtableBytes = 8u << 20;
constexpr int kMemtables = 3;  // one filling, two on their way to disk
constexpr int kOpenFilesMax = 128;
constexpr std::size_t kInfoLogBytes = 1u << 20;
constexpr std::size_t kArenaBytes = 64u << 10;  // what an empty memtable takes at once

rocksdb::Options options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = kMemtableBytes;
  options.arena_block_size = kArenaBytes;
  options.max_write_buffer_number = kMemtables;
  options.max_background_jobs = 2;
  options.max_open_files = kOpenFilesMax;
  options.max_file_opening_threads = 1;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_log_file_size = kInfoLogBytes;
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.compression = rocksdb::kLZ4Compression;
  options.bytes_per_sync = 1u << 20;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache =
      rocksdb::NewLRUCache(kBlockCacheBytes, 0);  // one shard: a block larger than a shard never stays
  table.cache_index_and_filter_blocks = false;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Status status_of(const rocksdb::Status& status, const char* what) {
  if (status.ok()) return {};
  return fail(Errc::kInternal, std::string(what) + ": " + status.ToString());
}

}  // namespace

struct RocksState::Database {
  std::unique_ptr<rocksdb::DB> db;
};

RocksState::RocksState(std::filesystem::path directory) : directory_(std::move(directory)) {}

RocksState::~RocksState() = default;

Status RocksState::open() {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return fail(Errc::kInternal, "make directory " + directory_.string() + ": " + error.message());
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options(), directory_.string(), &db);
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos)
    return fail(Errc::kUnavailable, "the state in " + directory_.string() + " is used by another process");
  if (!status.ok()) return status_of(status, "open the state");
  database_ = std::make_unique<Database>(Database{std::unique_ptr<rocksdb::DB>(db)});
  return {};
}

Status RocksState::load(const Visit& visit) {
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  read.readahead_size = 1u << 20;
  const std::unique_ptr<rocksdb::Iterator> it(database_->db->NewIterator(read));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto name = it->key(), value = it->value();
    Status visited = visit({name.data(), name.size()}, {value.data(), value.size()});
    if (!visited) return visited;
  }
  return status_of(it->status(), "read the state");
}

Status RocksState::write(const std::vector<store::Record>& batch) {
  rocksdb::WriteBatch writes;
  for (const store::Record& record : batch) {
    const rocksdb::Status queued =
        record.erased ? writes.Delete(record.name) : writes.Put(record.name, record.value);
    if (!queued.ok()) return status_of(queued, "write the state");
  }
  rocksdb::WriteOptions write;
  write.disableWAL = true;  // the replicated log is the log
  return status_of(database_->db->Write(write, &writes), "write the state");
}

Status RocksState::flush() {
  rocksdb::FlushOptions flush;
  flush.wait = true;
  return status_of(database_->db->Flush(flush), "flush the state");
}

Status RocksState::checkpoint(const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  Status status = status_of(rocksdb::Checkpoint::Create(database_->db.get(), &made), "checkpoint the state");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (!status) return status;
  constexpr std::uint64_t kAlwaysFlush = 0;  // there is no log to copy in its place
  return status_of(checkpoint->CreateCheckpoint(directory, kAlwaysFlush), "checkpoint the state");
}

}  // namespace batata::platform
