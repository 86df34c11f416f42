#include "cli/common/client.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/json.h"
#include "cli/common/output.h"
#include "net/outbound/blocking_call.h"

namespace batata::cli {
namespace {

constexpr std::size_t kShownMax = 500;  // bytes of what a server says: some lines of a terminal

// The text of an error answer: the imitated product wraps it as "caused: …;" or has it in an object of its
// framework, batata's own addresses say it in one of their own.
std::string said(const HttpAnswer& answer) {
  if (const auto body = json::parse(answer.body)) {
    auto message = (*body)["error"]["message"].as_text();
    if (!message) message = (*body)["message"].as_text();
    if (message) return std::string(shortened(*message, kShownMax));
  }
  std::string_view text = answer.body;
  if (text.starts_with("caused: ")) text.remove_prefix(8);
  while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  if (text.starts_with('<')) return "with a web page";
  return text.empty() ? "no reason given" : std::string(shortened(text, kShownMax));
}

// What a status says by itself. kOutcomeUnknown must not become less: who asked for a change tries it again
// when told that nothing was done. Nacos has 500 for both.
Errc code_of(int status, bool may_change) {
  switch (status) {
    case 400:
      return Errc::kInvalidArgument;
    case 401:
      return Errc::kUnauthenticated;
    case 403:
      return Errc::kPermissionDenied;
    case 409:
      return Errc::kConflict;
    case 429:
      return Errc::kResourceExhausted;
    case 503:
      return Errc::kUnavailable;
    default:
      return may_change && status >= 500 ? Errc::kOutcomeUnknown : Errc::kInternal;
  }
}

// The names of faces/batata/errors.cc; nothing for one that a later server may have.
std::optional<Errc> code_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Errc> kNames[] = {
      {"invalid_argument", Errc::kInvalidArgument},
      {"unauthenticated", Errc::kUnauthenticated},
      {"permission_denied", Errc::kPermissionDenied},
      {"not_found", Errc::kNotFound},
      {"conflict", Errc::kConflict},
      {"compacted", Errc::kCompacted},
      {"resource_exhausted", Errc::kResourceExhausted},
      {"unsupported", Errc::kUnsupported},
      {"unavailable", Errc::kUnavailable},
      {"deadline_exceeded", Errc::kDeadlineExceeded},
      {"outcome_unknown", Errc::kOutcomeUnknown},
      {"damaged", Errc::kDamaged},
      {"internal", Errc::kInternal}};
  for (const auto& [known, code] : kNames)
    if (name == known) return code;
  return std::nullopt;
}

std::string why(const HttpAnswer& answer) {
  return fmt::format("the server answered {}: {}", answer.status, said(answer));
}

tl::unexpected<Error> said_by_server(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), kSaidByServer});
}

bool is_refusal(Errc code) {
  return code == Errc::kUnauthenticated || code == Errc::kPermissionDenied;
}

bool may_change(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

tl::unexpected<Error> refused(const HttpAnswer& answer, std::string_view method) {
  std::string text = why(answer);
  // Anything else may be said by any web server.
  if (answer.status == 404 && text.ends_with(kNoConfig)) return said_by_server(Errc::kNotFound, text);
  if (answer.status == 404) return said_by_server(Errc::kInternal, text + "; is it a Nacos server?");
  // v1 has no status of its own for a lost compare-and-set; golden v1-config "CAS: wrong md5".
  if (answer.body.find("Cas publish fail") != std::string::npos) return said_by_server(Errc::kConflict, text);
  return said_by_server(code_of(answer.status, may_change(method)), std::move(text));
}

tl::unexpected<Error> refused_by_own(const HttpAnswer& answer, std::string_view method) {
  std::string text = why(answer);
  if (const auto body = json::parse(answer.body))
    if (const auto code = code_named((*body)["error"]["code"].as_text().value_or("")))
      return said_by_server(*code, std::move(text));
  if (answer.status == 404) return said_by_server(Errc::kInternal, text + "; is it a batata server?");
  return said_by_server(code_of(answer.status, may_change(method)), std::move(text));
}

}  // namespace

Result<Client> Client::connect(const Invocation& wanted) {
  const net::ClientTls& tls = wanted.client_tls;
  // Who says how TLS is to be wants it: nothing shall go in the clear for a scheme that was left out.
  const bool wants_tls = !tls.authorities_file.empty() || !tls.certificate_file.empty() || !tls.verify;
  auto server = parse_server_address(wanted.server, wants_tls);
  if (!server) return tl::unexpected(std::move(server.error()));
  if (tls.certificate_file.empty() != tls.key_file.empty())
    return fail(Errc::kInvalidArgument, "--client-cert and --client-key go together: one of them is missing");
  if (auto loaded = net::prepare_calls(); !loaded) return tl::unexpected(std::move(loaded.error()));
  Client client(wanted, std::move(*server));
  if (client.token_.empty() && !wanted.user.empty())
    if (auto signed_in = client.sign_in(); !signed_in) return tl::unexpected(std::move(signed_in.error()));
  return client;
}

Status Client::sign_in() {
  const std::string doing = "sign in as " + wanted_->user;
  auto answer = exchange({"POST",
                          server_.context_path + "/v1/auth/login",
                          encode_form({{"username", wanted_->user}, {"password", wanted_->password}}),
                          {}});
  if (answer && answer->status != 200) answer = refused(*answer, "POST");
  if (!answer) {
    // What became of the sign-in does not matter: what was asked for behind it has not been sent.
    if (answer.error().code == Errc::kOutcomeUnknown)
      return fail(Error{Errc::kUnavailable, answer.error().message, kSaidByServer}, doing);
    if (!is_refusal(answer.error().code)) return fail(std::move(answer.error()), doing);
    answer.error().detail = kSignInRefused;
    return fail(std::move(answer.error()), doing + ": the name or the password is wrong");
  }
  const auto body = json::parse(answer->body);
  const auto token = body ? (*body)["accessToken"].as_text() : std::nullopt;
  if (!token) return fail(Errc::kInternal, doing + ": the server gave no token");
  token_ = *token;
  return {};
}

// In Nacos' words, who has not signed in is a user that is not found.
tl::unexpected<Error> Client::not_let_in(Error error) const {
  if (!is_refusal(error.code)) return tl::unexpected(std::move(error));
  if (token_.empty()) {
    error.detail = kNotSignedIn;
    return fail(std::move(error), "nobody has signed in");
  }
  const bool is_token = error.message.find("token invalid") != std::string::npos ||
                        error.message.find("token expired") != std::string::npos;
  if (is_token) error.detail = kTokenRefused;
  return tl::unexpected(std::move(error));
}

Result<HttpAnswer> Client::exchange(HttpRequest request) const {
  return exchange(std::move(request), wanted_->timeout);
}

Result<HttpAnswer> Client::exchange(HttpRequest request, std::chrono::milliseconds timeout) const {
  if (!token_.empty()) request.headers.emplace_back("accessToken", token_);
  return http_call(server_, wanted_->client_tls, std::move(request), timeout);
}

std::string Client::target_of(std::string_view path, const Fields& query) const {
  std::string target = server_.context_path + std::string(path);
  if (!query.empty()) target += "?" + encode_form(query);
  return target;
}

Result<HttpAnswer> Client::call(std::string_view method, std::string_view path, const Fields& query,
                                std::string form, Headers headers) const {
  auto answer = exchange({method, target_of(path, query), std::move(form), std::move(headers)});
  if (answer && answer->status != 200) return not_let_in(refused(*answer, method).value());
  return answer;
}

Result<HttpAnswer> Client::post(std::string_view path, const Fields& query, HttpBody body,
                                std::chrono::milliseconds timeout, std::function<bool()> is_cancelled) const {
  auto answer = exchange({"POST", target_of(path, query), std::move(body.bytes), std::move(body.headers),
                          body.content_type, std::move(is_cancelled)},
                         timeout);
  if (answer && answer->status != 200) return not_let_in(refused(*answer, "POST").value());
  return answer;
}

Result<HttpAnswer> Client::call_own(std::string_view method, std::string target) const {
  auto answer = exchange({method, std::move(target), {}, {}});
  if (answer && answer->status != 200) return not_let_in(refused_by_own(*answer, method).value());
  return answer;
}

void Client::add_tenant(Fields& fields) const {
  if (!wanted_->space.empty() && wanted_->space != "public") fields.emplace_back("tenant", wanted_->space);
}

std::string_view Client::space() const {
  return wanted_->space.empty() ? "public" : std::string_view(wanted_->space);
}

std::string_view Client::group() const {
  return wanted_->group ? std::string_view(*wanted_->group) : "DEFAULT_GROUP";
}

}  // namespace batata::cli
