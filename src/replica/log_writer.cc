#include "replica/log_writer.h"

#include <utility>

#include "base/assert.h"
#include "replica/segment.h"

namespace batata::replica {

struct LogWriter::Append {
  std::vector<raft::Entry> entries;
  bool prepared = false;
  // Answers, read on the loop when the job is done: the log must not be looked at from there.
  Status status;
  bool used_prepared = false, wants_segment = false;
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
  if (append.used_prepared) prepared_ = Prepared::kNo;
  if (append.wants_segment && prepared_ == Prepared::kNo) prepare();
  events_.persisted(append.entries.back().index, append.entries.back().term);
}

void LogWriter::prepare() {
  prepared_ = Prepared::kUnderWay;
  auto status = std::make_shared<Status>();
  background_.submit(
      [&disk = disk_, bytes = segment_bytes_, status] { *status = prepare_segment(disk, bytes); },
      [this, alive = alive_, status] {
        if (!*alive) return;
        if (!*status) {
          events_.failed(status->error());
          return;
        }
        prepared_ = Prepared::kYes;
      });
}

void LogWriter::remove_upto(LogIndex upto) {
  if (std::exchange(removing_, true)) return;
  struct Removal {
    Status status;
    LogIndex first;
  };
  auto job = std::make_shared<Removal>();
  executor_.submit(
      [&log = log_, upto, job] {
        job->status = log.remove_upto(upto);
        job->first = log.first();
      },
      [this, alive = alive_, job] {
        if (!*alive) return;
        removing_ = false;
        if (!job->status) {
          events_.failed(job->status.error());
        } else {
          events_.removed(job->first);
        }
      });
}

}  // namespace batata::replica
