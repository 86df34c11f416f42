#include "platform/runtime/mailbox.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"

namespace batata::platform {
namespace {

thread_local MailBatch* batch_of_this_thread = nullptr;

}  // namespace

void Mailbox::push(Job job) {
  if (batch_of_this_thread != nullptr) return batch_of_this_thread->add(*this, std::move(job));
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  jobs_.push_back(std::move(job));
  if (std::exchange(resting_, false)) wake_();
}

// Leaves them to the caller when it is closed: what they hold may end this mailbox.
void Mailbox::deliver(std::vector<Job>& jobs) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  if (jobs_.empty()) {
    jobs_.swap(jobs);
  } else {
    std::ranges::move(jobs, std::back_inserter(jobs_));
    jobs.clear();
  }
  if (std::exchange(resting_, false)) wake_();
}

MailBatch::MailBatch() {
  BATATA_ASSERT(batch_of_this_thread == nullptr);
  batch_of_this_thread = this;
}

MailBatch::~MailBatch() {
  hand_over();
  batch_of_this_thread = nullptr;
}

void MailBatch::add(Mailbox& to, Mailbox::Job job) {
  auto it = std::ranges::find(parcels_, &to, &Parcel::to);
  if (it == parcels_.end()) it = parcels_.insert(parcels_.end(), {&to, {}});
  it->jobs.push_back(std::move(job));
  if (it->jobs.size() < kJobsMax) return;
  auto jobs = std::exchange(it->jobs, {});
  to.deliver(jobs);
}

void MailBatch::hand_over() {
  // What a closed mailbox leaves is destroyed, which may push anew.
  while (!parcels_.empty()) {
    auto parcels = std::exchange(parcels_, {});
    for (auto& [to, jobs] : parcels)
      if (!jobs.empty()) to->deliver(jobs);
  }
}

}  // namespace batata::platform
