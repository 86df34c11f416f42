#include "faces/nacos/access/access.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "faces/nacos/access/token.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/family.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

constexpr const char* kNotAllowed = "authorization failed!";

bool is_under(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

// The rights that only administrators have, as upstream's classes of the addresses of v1 and v2.
bool is_for_operators(std::string_view permission) {
  return permission.starts_with("nacos/admin:") || permission.starts_with("naming/switches:");
}
bool is_for_the_console(std::string_view permission) {
  return permission.starts_with("console/namespaces:");
}

}  // namespace

Door door_of(std::string_view path) {
  for (const std::string_view prefix : {"/nacos/v1/auth", "/nacos/v3/auth", "/v3/auth", "/batata"})
    if (is_under(path, prefix)) return Door::kUsers;
  if (is_under(path, "/nacos/v3/admin")) return Door::kAdmin;
  return surface_of(path) == Surface::kConsole ? Door::kConsole : Door::kClient;
}

bool Access::guards(std::string_view path, std::string_view permission) const {
  switch (door_of(path)) {
    case Door::kClient:
      // v1 and v2 have operators' addresses among those of clients.
      return options_.client || (options_.admin && is_for_operators(permission)) ||
             (options_.console && is_for_the_console(permission));
    case Door::kAdmin:
      return options_.admin;
    case Door::kConsole:
      return options_.console;
    case Door::kUsers:
      return options_.any();
  }
  return true;
}

bool Access::shows_identity(const wire::Request& request) const {
  if (options_.identity_name.empty() || options_.identity_value.empty()) return false;
  const Door door = door_of(request.path);
  if (door != Door::kClient && door != Door::kAdmin) return false;
  const auto shown = request.header(options_.identity_name);
  return shown && equal_in_constant_time(*shown, options_.identity_value.reveal());
}

wire::Verdict Access::check(const wire::Request& request, const wire::Right& right) const {
  // Another server is no administrator.
  if (right.text != wire::kAdministrators && shows_identity(request)) return wire::Verdict::admitted({});
  const Credentials who = credentials_of(request);
  if (who.has_token()) return verdict(request, admit_token(who.token, demand_of(request, right)));
  if (who.has_password()) return wire::Verdict::undecided();
  return verdict(request, admit_certificate(request.certificate.get(), demand_of(request, right)));
}

Task<wire::Verdict> Access::decide(const wire::Request& request, const wire::Right& right) {
  const Credentials who = credentials_of(request);
  auto user = co_await admit_password(std::string(who.user), Secret(std::string(who.password)),
                                      std::string(request.peer_address), demand_of(request, right));
  co_return verdict(request, std::move(user));
}

wire::Verdict Access::verdict(const wire::Request& request, Result<std::string> user) const {
  if (user) return wire::Verdict::admitted(std::move(*user));
  return wire::Verdict::refused(refused_access(request, runtime_.wall_now(), user.error()));
}

Result<std::string> Access::admit_token(std::string_view token, const Demand& demand) const {
  auto user = verify_token(options_.token_key.reveal(), token, runtime_.wall_now());
  if (!user) return user;
  if (Status may = authorise(*user, demand); !may) return tl::unexpected(std::move(may.error()));
  return user;
}

Result<std::string> Access::admit_certificate(const wire::PeerCertificate* certificate,
                                              const Demand& demand) const {
  auto user = certificate != nullptr ? user_of(*certificate) : std::nullopt;
  if (!user) return fail(Errc::kUnauthenticated, std::string(kUserNotFound));
  if (Status may = authorise(*user, demand); !may) return tl::unexpected(std::move(may.error()));
  return std::move(*user);
}

std::optional<std::string> Access::user_of(const wire::PeerCertificate& certificate) const {
  const auto is_user = [this](const std::string& name) {
    const auto account = rights_.find(name);
    return account != nullptr && account->enabled;
  };
  if (options_.certificate_name == CertificateName::kCommon && is_user(certificate.common_name))
    return certificate.common_name;
  if (options_.certificate_name != CertificateName::kAlternative) return std::nullopt;
  const auto found = std::ranges::find_if(certificate.alternative, is_user);
  return found == certificate.alternative.end() ? std::nullopt : std::optional(*found);
}

Task<Result<std::string>> Access::admit_password(std::string user, Secret password, std::string address,
                                                 Demand demand) {
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  auto signed_in = co_await sign_ins_.sign_in(std::move(context), std::move(user), std::move(password),
                                              std::move(address));
  if (!signed_in) co_return tl::unexpected(std::move(signed_in.error()));
  if (Status may = authorise(signed_in->user, demand); !may) co_return tl::unexpected(std::move(may.error()));
  co_return std::move(signed_in->user);
}

Status Access::authorise(std::string_view user, const Demand& demand) const {
  if (demand.identity) {
    // A token outlives its user; who is gone may nothing.
    const auto account = rights_.find(user);
    return account != nullptr && account->enabled ? Status()
                                                  : Status(fail(Errc::kPermissionDenied, kNotAllowed));
  }
  if (demand.administrators)
    return rights_.is_admin(user) ? Status() : Status(fail(Errc::kPermissionDenied, kNotAllowed));
  for (const std::string& resource : demand.resources)
    if (!rights_.allows(user, resource, demand.action)) return fail(Errc::kPermissionDenied, kNotAllowed);
  return {};
}

std::string refusal_text_v3(const Error& error) {
  if (error.code == Errc::kPermissionDenied) return "Code: 403, Message: " + error.message + ".";
  if (error.code != Errc::kUnauthenticated) return error.message;
  const std::string_view reason =
      error.message == kUserNotFound ? kUserNotFoundV3 : std::string_view(error.message);
  return "Code: 401, Message: " + std::string(reason) + ".";
}

wire::Response refused_access(const wire::Request& request, WallTime now, const Error& error) {
  // A lock is told as such to names that exist and to others alike, so it tells nothing of them.
  const int status = error.code == Errc::kResourceExhausted ? 429 : http_status(error.code);
  const bool old = request.path.starts_with("/nacos/v1/") || request.path.starts_with("/nacos/v2/");
  const bool config_v1 = request.path.starts_with("/nacos/v1/cs/");
  return framework_error(request, now, status, old ? error.message : refusal_text_v3(error),
                         config_v1 ? kJsonUtf8 : kJson);
}

}  // namespace batata::nacos
