#include "replica/log_writer.h"

#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "replica/segment.h"

namespace batata::replica {

struct LogWriter::Append {
  std::vector<raft::Entry> entries;
  bool prepared = false;
  // Answers, read on the loop when the job is done: the log must not be looked at from there.
  Status status;
  bool used_prepared = false, wants_segment = false;
  Duration sync_took{};
};

struct LogWriter::Removal {
  std::vector<std::string> names;
  LogIndex first;  // of the log without them
  Status status;
};

void LogWriter::append(std::vector<raft::Entry> entries) {
  BATATA_ASSERT(!busy_);
  busy_ = true;
  auto job = std::make_shared<Append>();
  job->entries = std::move(entries);
  job->prepared = prepared_ == Prepared::kYes;
  executor_.submit(
      [&log = log_, job] {
        const std::uint64_t used = log.prepared_used();
        job->status = log.append(job->entries, job->prepared);
        job->used_prepared = log.prepared_used() > used;
        job->wants_segment = log.wants_segment();
        job->sync_took = log.last_sync();
      },
      [this, alive = alive_, job] {
        if (*alive) appended(*job);
      });
}

void LogWriter::appended(const Append& append) {
  busy_ = false;
  if (!append.status) {
    events_.failed(append.status.error());
    return;
  }
  if (events_.synced) events_.synced(append.sync_took);
  if (append.used_prepared) prepared_ = Prepared::kNo;
  if (append.wants_segment && prepared_ == Prepared::kNo && runtime_.now() >= prepare_from_) prepare();
  events_.persisted(append.entries.back().index, append.entries.back().term);
}

void LogWriter::prepare() {
  prepared_ = Prepared::kUnderWay;
  prepare_more(std::make_shared<SegmentPreparation>(disk_, options_.segment_bytes, options_.free_bytes_min));
}

// A job for each piece: a flush of the state that comes meanwhile is behind one of them.
void LogWriter::prepare_more(const std::shared_ptr<SegmentPreparation>& preparation) {
  auto status = std::make_shared<Status>();
  background_.submit([preparation, status] { *status = preparation->step(); },
                     [this, alive = alive_, preparation, status] {
                       if (!*alive) return;
                       if (!*status) return not_prepared(status->error());
                       if (!preparation->done()) return prepare_more(preparation);
                       prepared();
                     });
}

void LogWriter::prepared() {
  prepared_ = Prepared::kYes;
  if (std::exchange(warned_, false)) log::info("log files are prepared ahead again");
}

void LogWriter::not_prepared(const Error& error) {
  prepared_ = Prepared::kNo;
  prepare_from_ = runtime_.now() + kPause;
  if (!std::exchange(warned_, true))
    log::warn("log file not prepared, a new one will grow reason=\"{}\"", error.message);
}

// What is to go is known to the log alone, so its thread is asked; taking it away is for the other one.
void LogWriter::remove_upto(LogIndex upto) {
  if (std::exchange(removing_, true)) return;
  auto job = std::make_shared<Removal>();
  executor_.submit(
      [&log = log_, upto, job] {
        job->names = log.forget_upto(upto);
        job->first = log.first();
      },
      [this, alive = alive_, job] {
        if (*alive) remove(job);
      });
}

void LogWriter::remove(const std::shared_ptr<Removal>& job) {
  if (job->names.empty()) {
    removing_ = false;
    return;
  }
  background_.submit([&disk = disk_, job] { job->status = remove_files(disk, job->names); },
                     [this, alive = alive_, job] {
                       if (!*alive) return;
                       removing_ = false;
                       if (!job->status) {
                         events_.failed(job->status.error());
                         return;
                       }
                       log::info("log files removed count={} first={}", job->names.size(), job->first.value);
                       events_.removed(job->first);
                     });
}

}  // namespace batata::replica
