#include "app/request_logs.h"

#include <string>
#include <utility>

#include "faces/common/audit.h"

namespace batata::app {
namespace {

Result<std::unique_ptr<platform::QueuedFile>> open_file(const char* name, const std::string& path,
                                                        const platform::Settings& settings) {
  if (path.empty()) return nullptr;
  return platform::QueuedFile::open(name, path,
                                    {.max_bytes = settings.log_file_bytes, .kept_files = settings.log_files});
}

wire::RequestLogOptions::Lines into(platform::QueuedFile* file) {
  if (file == nullptr) return {};
  return [file](const std::string& line) { (void)file->write(line); };  // it counts what it drops
}

}  // namespace

Result<RequestLogs> RequestLogs::open(const platform::Settings& settings) {
  RequestLogs logs;
  auto access = open_file("access log", settings.log_access, settings);
  if (!access) return tl::unexpected(std::move(access.error()));
  auto audit = open_file("audit log", settings.log_audit, settings);
  if (!audit) return tl::unexpected(std::move(audit.error()));
  logs.access_ = std::move(*access);
  logs.audit_ = std::move(*audit);
  logs.slow_ = settings.log_slow_request;
  return logs;
}

std::unique_ptr<wire::RequestLog> RequestLogs::log(const Runtime& runtime) {
  return std::make_unique<wire::RequestLog>(runtime,
                                            wire::RequestLogOptions{.access = into(access_.get()),
                                                                    .audit = into(audit_.get()),
                                                                    .slow = slow_,
                                                                    .action_of = &faces::audited_action});
}

void RequestLogs::reopen() {
  if (access_ != nullptr) access_->reopen();
  if (audit_ != nullptr) audit_->reopen();
}

}  // namespace batata::app
