#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "async/outbound_http.h"
#include "net/outbound/curl_library.h"
#include "net/outbound/outbound_options.h"
#include "net/outbound/target.h"

struct sockaddr;

namespace batata::net {

/// Whether libcurl may be given `request`: its method and headers are what they should be, and say nothing of
/// what libcurl says itself. Errors: kInvalidArgument. Pure.
[[nodiscard]] Status check_request(const OutboundRequest& request);

/// One call as libcurl runs it: what is sent, what has come of it, and what that means. Who has it runs
/// `handle`, by whatever way, asks `finish`, and runs it again where there is a redirect to follow. One
/// thread at a time; not while it runs. Keeps its address, which libcurl knows.
class Transfer {
 public:
  /// `curl` and `options` outlive it. `request` has been checked.
  Transfer(const Curl& curl, const OutboundOptions& options, OutboundRequest request, Target target);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Null when there is no memory.
  [[nodiscard]] CURL* handle() const { return easy_.get(); }
  [[nodiscard]] const Target& target() const { return target_; }

  /// What came of a run that ended with `code`. Nothing: a redirect, which `handle` is now ready for. Errors:
  /// as of OutboundHttp::start.
  [[nodiscard]] std::optional<Result<OutboundAnswer>> finish(CURLcode code);
  /// What to say when the time was up before.
  [[nodiscard]] Error late() const;

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_->easy_setopt(easy_.get(), option, value);
  }
  void set_rules();
  void set_tls();
  void set_request();
  void set_method();
  void set_headers();
  void set_callbacks();

  std::size_t take_head(std::string_view line);
  std::size_t take_body(std::string_view bytes);
  curl_socket_t open_socket(const curl_sockaddr& to);
  std::size_t stop(std::string why);

  [[nodiscard]] bool may_follow() const;
  [[nodiscard]] std::optional<Result<OutboundAnswer>> follow(const std::string& location);
  [[nodiscard]] Error failure(CURLcode code) const;
  [[nodiscard]] Error failure_of_connection(CURLcode code) const;
  [[nodiscard]] std::string reason(CURLcode code) const;

  const Curl* curl_;
  const OutboundOptions* options_;
  OutboundRequest request_;
  Target target_;
  EasyPtr easy_;
  ListPtr headers_;
  std::array<char, CURL_ERROR_SIZE> words_{};  // libcurl's, about the last run

  OutboundAnswer answer_;
  std::size_t head_bytes_ = 0;  // of this hop
  bool head_ended_ = false;
  bool sent_ = false;  // of this hop: bytes of the request may have arrived
  int redirects_ = 0;
  std::string refused_;           // the first address that the policy refused at this hop
  bool tried_ = false;            // an address of this hop was not refused
  std::optional<Error> stopped_;  // by one of our limits
};

}  // namespace batata::net
