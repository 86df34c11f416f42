#pragma once
#include <memory>

#include "base/result.h"
#include "platform/log/queued_file.h"
#include "platform/settings/settings.h"
#include "wire/request_log.h"

namespace batata::app {

/// The logs of requests that the settings ask for, and their files. Any thread.
class RequestLogs {
 public:
  /// Opens the files. Errors: kInvalidArgument when one cannot be opened.
  [[nodiscard]] static Result<RequestLogs> open(const platform::Settings& settings);

  /// What tells of requests as the settings say. The runtime and this outlive it.
  [[nodiscard]] std::unique_ptr<wire::RequestLog> log(const Runtime& runtime);
  /// Opens the files anew, which another program has put aside.
  void reopen();

 private:
  std::unique_ptr<platform::QueuedFile> access_, audit_;  // null: not wanted
  std::chrono::milliseconds slow_{};
};

}  // namespace batata::app
