#include "net/outbound/transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/egress/address_digits.h"

namespace batata::net {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != kMarks.npos;
  });
}

bool is_method(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// What says how a message travels and where it ends is libcurl's to say.
bool is_of_the_transport(std::string_view name) {
  constexpr std::string_view kNames[] = {"host",    "connection", "content-length", "transfer-encoding", "te",
                                         "trailer", "upgrade",    "expect",         "keep-alive"};
  return std::ranges::any_of(kNames, [&](auto each) { return equal_ignoring_case(name, each); });
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What libcurl unpacks within bounded memory; the windows of others are as large as a server wishes.
bool is_known_coding(std::string_view coding) {
  return coding.empty() || equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip") ||
         equal_ignoring_case(coding, "identity");
}

}  // namespace

Status check_request(const OutboundRequest& request) {
  const auto wrong = [](const std::string& what) { return fail(Errc::kInvalidArgument, what); };
  if (!is_method(request.method)) return wrong("'" + request.method + "' is no method of HTTP");
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return wrong("'" + name + "' is no name of a header");
    if (is_of_the_transport(name)) return wrong("the header " + name + " is not the caller's to say");
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return wrong("the header " + name + " has a line end or a zero byte in it");
  }
  return {};
}

Transfer::Transfer(const Curl& curl, const OutboundOptions& options, OutboundRequest request, Target target)
    : curl_(&curl),
      options_(&options),
      request_(std::move(request)),
      target_(std::move(target)),
      easy_(curl.easy_init(), {&curl}),
      headers_(nullptr, {&curl}) {
  if (easy_ == nullptr) return;
  set_rules();
  set_tls();
  set_callbacks();
  set_request();
}

void Transfer::set_rules() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // `follow` does, by rules of ours
  // One request on a connection: what a pool of few connections needs, and far less code than HTTP/2.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_->connect_timeout.count()));
  // A look-up cannot be broken off; without this whoever ends a call would wait for it.
  set(CURLOPT_QUICK_EXIT, 1L);
  if (!options_->environment_proxy) set(CURLOPT_PROXY, "");
  // A request that must not arrive twice goes over a connection that nobody has used: libcurl sends again
  // what it has written to one of the pool that turns out to be closed.
  const bool may_repeat = request_.repeatable || request_.method == "GET" || request_.method == "HEAD";
  set(CURLOPT_FRESH_CONNECT, may_repeat ? 0L : 1L);
  set(CURLOPT_USERAGENT, options_->user_agent.c_str());
}

void Transfer::set_tls() {
  const ClientTls& tls = options_->tls;
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  if (!tls.authorities_file.empty()) {
    set(CURLOPT_CAINFO, tls.authorities_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // or the system's would count as well
  }
  if (tls.certificate_file.empty()) return;
  set(CURLOPT_SSLCERT, tls.certificate_file.c_str());
  set(CURLOPT_SSLKEY, tls.key_file.c_str());
  set(CURLOPT_KEYPASSWD, "");  // or OpenSSL would ask the terminal for it
}

void Transfer::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, words_.data());
  set(CURLOPT_HEADERDATA, this);
  set(
      CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->take_head({data, size});
      });
  set(CURLOPT_WRITEDATA, this);
  set(
      CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->take_body({data, size});
      });
  set(CURLOPT_OPENSOCKETDATA, this);
  set(
      CURLOPT_OPENSOCKETFUNCTION, +[](void* self, curlsocktype, curl_sockaddr* to) {
        return static_cast<Transfer*>(self)->open_socket(*to);
      });
  set(CURLOPT_PREREQDATA, this);
  set(
      CURLOPT_PREREQFUNCTION, +[](void* self, char*, char*, int, int) {
        static_cast<Transfer*>(self)->sent_ = true;
        return CURL_PREREQFUNC_OK;
      });
}

void Transfer::set_request() {
  answer_ = {};
  head_bytes_ = 0;
  head_ended_ = sent_ = tried_ = false;
  refused_.clear();
  set(CURLOPT_URL, target_.url.c_str());
  set_method();
  set_headers();
}

void Transfer::set_method() {
  if (request_.method == "HEAD") return set(CURLOPT_NOBODY, 1L);
  if (request_.method == "GET" && request_.body.empty()) return set(CURLOPT_HTTPGET, 1L);
  if (request_.method != "POST") set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  // A DELETE or OPTIONS without a body has no length either.
  const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
                        request_.method == "PATCH";
  if (!has_body) return;
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  set(CURLOPT_POSTFIELDS, request_.body.data());
}

void Transfer::set_headers() {
  const auto add = [this](const std::string& line) {
    headers_.reset(curl_->slist_append(headers_.release(), line.c_str()));
  };
  headers_.reset();
  add("Expect:");  // libcurl's own wishes: none
  add("Content-Type:");
  for (const auto& [name, value] : request_.headers) {
    // In its spelling: "Name;" is a header without a value, "Name:" none at all.
    add(is_blank(value) ? name + ";" : name + ": " + value);
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
}

curl_socket_t Transfer::open_socket(const curl_sockaddr& to) {
  if (options_->policy) {
    const std::string address = address_digits(to.addr);
    if (!options_->policy->allows(address)) {
      if (refused_.empty()) refused_ = address;
      return CURL_SOCKET_BAD;
    }
  }
  tried_ = true;
  return ::socket(to.family, to.socktype | SOCK_CLOEXEC, to.protocol);
}

std::size_t Transfer::stop(std::string why) {
  stopped_ = Error{Errc::kResourceExhausted, target_.place + " " + std::move(why)};
  answer_ = {};
  return 0;  // not what was given: libcurl ends the run
}

std::size_t Transfer::take_head(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > options_->header_bytes_max)
    return stop("answers with more than " + std::to_string(options_->header_bytes_max) + " bytes of headers");
  if (line.starts_with("HTTP/")) {  // an interim answer has headers of its own
    answer_.headers.clear();
    head_ended_ = false;
    return line.size();
  }
  const std::string_view text = trimmed(line);
  if (text.empty()) head_ended_ = true;
  const std::size_t colon = text.find(':');
  if (head_ended_ || colon == text.npos) return line.size();  // what stands behind the body is not looked at
  std::string name = lower_case(text.substr(0, colon));
  std::string value(trimmed(text.substr(colon + 1)));
  if (name == "content-encoding" && !is_known_coding(value))
    return stop("answers in a coding that was not asked for");
  answer_.headers.emplace_back(std::move(name), std::move(value));
  return line.size();
}

std::size_t Transfer::take_body(std::string_view bytes) {
  if (bytes.size() > request_.answer_bytes_max - answer_.body.size())
    return stop("answers with more than " + std::to_string(request_.answer_bytes_max) + " bytes");
  answer_.body += bytes;
  return bytes.size();
}

std::optional<Result<OutboundAnswer>> Transfer::finish(CURLcode code) {
  if (stopped_) return tl::unexpected(*stopped_);
  if (code != CURLE_OK) return tl::unexpected(failure(code));
  long status = 0;
  curl_->easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  answer_.status = static_cast<int>(status);
  const std::string location(answer_.header("location"));
  if (!is_redirect(answer_.status) || location.empty() || !may_follow()) return std::move(answer_);
  return follow(location);
}

bool Transfer::may_follow() const {
  return request_.redirects_max > 0 && (request_.method == "GET" || request_.method == "HEAD");
}

std::optional<Result<OutboundAnswer>> Transfer::follow(const std::string& location) {
  if (++redirects_ > request_.redirects_max)
    return fail(Errc::kResourceExhausted, target_.place + " redirects, and " +
                                              std::to_string(request_.redirects_max) +
                                              " redirects have been followed already");
  auto next = parse_redirect(*curl_, target_, location);
  if (!next) return tl::unexpected(std::move(next.error()));
  if (target_.secure && !next->secure)
    return fail(Errc::kPermissionDenied,
                target_.place + " redirects from https to http, to " + next->place + ": not followed");
  // Who asks, and what it knows, is between it and the origin that it named. What is dropped stays so, also
  // when a later redirect leads back: another has chosen where that goes.
  if (next->origin != target_.origin) {
    std::erase_if(request_.headers,
                  [](const auto& each) { return !equal_ignoring_case(each.first, "accept"); });
    request_.body.clear();
  }
  target_ = std::move(*next);
  set_request();
  return std::nullopt;
}

}  // namespace batata::net
