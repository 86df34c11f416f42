#include "net/outbound/blocking_call.h"

#include <utility>

#include "net/outbound/transfer.h"

namespace batata::net {
namespace {

using Clock = std::chrono::steady_clock;

using IsCancelled = std::function<bool()>;

// libcurl asks whenever it reports how far it is, which it does each second without news, too.
void ask_whether_cancelled(const Curl& curl, CURL* handle, IsCancelled& is_cancelled) {
  if (!is_cancelled) return;
  curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl.easy_setopt(handle, CURLOPT_XFERINFODATA, static_cast<void*>(&is_cancelled));
  curl.easy_setopt(
      handle, CURLOPT_XFERINFOFUNCTION, +[](void* asked, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return (*static_cast<IsCancelled*>(asked))() ? 1 : 0;
      });
}

Result<OutboundAnswer> run(const Curl& curl, Transfer& transfer, std::chrono::milliseconds timeout) {
  // A program of one thread may leave SIGPIPE to libcurl, which ignores it while it works.
  curl.easy_setopt(transfer.handle(), CURLOPT_NOSIGNAL, 0L);
  const auto end = Clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return tl::unexpected(transfer.late());
    curl.easy_setopt(transfer.handle(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl.easy_setopt(transfer.handle(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
    const CURLcode code = curl.easy_perform(transfer.handle());
    if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK)
      return tl::unexpected(transfer.late());
    if (auto answer = transfer.finish(code)) return std::move(*answer);
  }
}

}  // namespace

Status prepare_calls() {
  const auto curl = load_curl();
  return curl ? Status() : tl::unexpected(curl.error());
}

Result<OutboundAnswer> call_blocking(const OutboundOptions& options, OutboundRequest request,
                                     std::function<bool()> is_cancelled) {
  const auto curl = load_curl();
  if (!curl) return tl::unexpected(curl.error());
  if (auto checked = check_request(request); !checked) return tl::unexpected(std::move(checked.error()));
  auto target = parse_target(**curl, request.url);
  if (!target) return tl::unexpected(std::move(target.error()));
  const auto timeout = request.timeout;
  Transfer transfer(**curl, options, std::move(request), std::move(*target));
  if (transfer.handle() == nullptr) return fail(Errc::kUnavailable, "no memory for a call");
  ask_whether_cancelled(**curl, transfer.handle(), is_cancelled);
  return run(**curl, transfer, timeout);
}

}  // namespace batata::net
