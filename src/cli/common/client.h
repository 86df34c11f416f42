#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/common/http_client.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// How a Nacos server says that there is no such config.
inline constexpr std::string_view kNoConfig = "config data not exist";

/// `Error::detail` of what a server that is up has said, other than what was found on the way to it. The
/// three others are said by one, too, and why somebody was not let in: nobody had signed in, the sign-in was
/// refused, the token was.
inline constexpr std::uint16_t kSaidByServer = 1, kNotSignedIn = 2, kSignInRefused = 3, kTokenRefused = 4;

/// What is sent behind the head of a request.
struct HttpBody {
  std::string bytes;
  std::string_view content_type = HttpRequest::kForm;
  HttpHeaders headers = {};  ///< further ones
};

/// The server that a command talks to, as somebody who has signed in where credentials were given. One
/// thread; blocks up to the invocation's timeout for each call.
class Client {
 public:
  using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
  using Headers = HttpHeaders;

  /// Signs in when there is a name and no token. `wanted` outlives it. Errors: kInvalidArgument for the
  /// address, and for half of a client's certificate; kPermissionDenied with kSignInRefused for a name or
  /// password that is not good; as of `call`.
  [[nodiscard]] static Result<Client> connect(const Invocation& wanted);

  /// The answer when its status is 200, otherwise its error. `path` is below the Nacos context path. Errors:
  /// those of http_call, and with kSaidByServer what the answer's status says: kOutcomeUnknown for one from
  /// 500 on to what may change something, unless it promises that nothing was done; kUnauthenticated and
  /// kPermissionDenied with kNotSignedIn or kTokenRefused where it is that.
  [[nodiscard]] Result<HttpAnswer> call(std::string_view method, std::string_view path, const Fields& query,
                                        std::string form = {}, Headers headers = {}) const;
  /// POSTs `body` and waits up to so long for the answer, or until it is cancelled (kDeadlineExceeded).
  /// Otherwise as `call`.
  [[nodiscard]] Result<HttpAnswer> post(std::string_view path, const Fields& query, HttpBody body,
                                        std::chrono::milliseconds timeout,
                                        std::function<bool()> is_cancelled = {}) const;
  /// The same of one of batata's own addresses, whose answers say by name what is wrong.
  [[nodiscard]] Result<HttpAnswer> call_own(std::string_view method, std::string target) const;

  /// Adds the namespace as the v1 addresses of configurations spell it: the default one has no name there.
  void add_tenant(Fields& fields) const;
  [[nodiscard]] std::string_view space() const;
  [[nodiscard]] std::string_view group() const;
  [[nodiscard]] bool has_token() const { return !token_.empty(); }

 private:
  Client(const Invocation& wanted, ServerAddress server)
      : wanted_(&wanted), server_(std::move(server)), token_(wanted.token) {}
  Status sign_in();
  [[nodiscard]] Result<HttpAnswer> exchange(HttpRequest request) const;
  [[nodiscard]] Result<HttpAnswer> exchange(HttpRequest request, std::chrono::milliseconds timeout) const;
  [[nodiscard]] std::string target_of(std::string_view path, const Fields& query) const;
  [[nodiscard]] tl::unexpected<Error> not_let_in(Error error) const;

  const Invocation* wanted_;
  ServerAddress server_;
  std::string token_;
};

}  // namespace batata::cli
