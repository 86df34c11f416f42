#include "cli/client.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/output.h"

namespace batata::cli {
namespace {

constexpr std::size_t kShownMax = 500;  // bytes of what a server says: some lines of a terminal

// The text of an error answer: the imitated product wraps it as "caused: …;", batata's own addresses say it
// in an object.
std::string said(const HttpAnswer& answer) {
  if (const auto body = json::parse(answer.body))
    if (const auto message = (*body)["error"]["message"].as_text())
      return std::string(shortened(*message, kShownMax));
  std::string_view text = answer.body;
  if (text.starts_with("caused: ")) text.remove_prefix(8);
  while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  if (text.starts_with('<')) return "with a web page";
  return text.empty() ? "no reason given" : std::string(shortened(text, kShownMax));
}

tl::unexpected<Error> refused(const HttpAnswer& answer) {
  const std::string why = fmt::format("the server answered {}: {}", answer.status, said(answer));
  switch (answer.status) {
    case 400:
      return fail(Errc::kInvalidArgument, why);
    case 401:
      return fail(Errc::kUnauthenticated, why);
    case 403:
      return fail(Errc::kPermissionDenied, why);
    case 404:
      // Anything else may be said by any web server.
      if (why.ends_with(kNoConfig)) return fail(Errc::kNotFound, why);
      return fail(Errc::kInternal, why + "; is it a Nacos server?");
    case 409:
      return fail(Errc::kConflict, why);
    case 503:
      return fail(Errc::kUnavailable, why);
    default:
      break;
  }
  // v1 has no status of its own for a lost compare-and-set; golden v1-config "CAS: wrong md5".
  if (answer.body.find("Cas publish fail") != std::string::npos) return fail(Errc::kConflict, why);
  return fail(Errc::kInternal, why);
}

}  // namespace

Result<Client> Client::connect(const Invocation& wanted) {
  auto server = parse_server_address(wanted.server);
  if (!server) return tl::unexpected(std::move(server.error()));
  Client client(wanted, std::move(*server));
  if (client.token_.empty() && !wanted.user.empty())
    if (auto signed_in = client.sign_in(); !signed_in) return tl::unexpected(std::move(signed_in.error()));
  return client;
}

Status Client::sign_in() {
  const auto answer = call("POST", "/v1/auth/login", {},
                           encode_form({{"username", wanted_->user}, {"password", wanted_->password}}));
  if (!answer) return fail(answer.error(), "sign in as " + wanted_->user);
  const auto body = json::parse(answer->body);
  const auto token = body ? (*body)["accessToken"].as_text() : std::nullopt;
  if (!token) return fail(Errc::kInternal, "sign in as " + wanted_->user + ": the server gave no token");
  token_ = *token;
  return {};
}

Result<HttpAnswer> Client::send(HttpRequest request) const {
  if (!token_.empty()) request.headers.emplace_back("accessToken", token_);
  auto answer = http_call(server_, request, wanted_->timeout);
  if (answer && answer->status != 200) return refused(*answer);
  return answer;
}

Result<HttpAnswer> Client::call(std::string_view method, std::string_view path, const Fields& query,
                                std::string form, Headers headers) const {
  std::string target = server_.context_path + std::string(path);
  if (!query.empty()) target += "?" + encode_form(query);
  return send({method, std::move(target), std::move(form), std::move(headers)});
}

Result<HttpAnswer> Client::call_own(std::string_view method, std::string target) const {
  return send({method, std::move(target), {}, {}});
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
