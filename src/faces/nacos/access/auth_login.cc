// How one signs in, how the first administrator is made, and how passwords are changed.
#include <utility>

#include "faces/nacos/access/auth_answers.h"
#include "faces/nacos/access/auth_http.h"
#include "faces/nacos/access/token.h"
#include "faces/nacos/common/errors.h"

namespace batata::nacos {
namespace {

// Upstream's way of telling a token from a server on which nobody has to sign in.
constexpr std::string_view kNoToken = "AUTH_DISABLED";

wire::Response token_answer(std::string_view token, std::chrono::seconds life, bool admin,
                            std::string_view user) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("accessToken", token).member("tokenTtl", std::int64_t{life.count()});
  out.member("globalAdmin", admin).member("username", user).end_object();
  wire::Response response = answer(200, kJson, std::move(body));
  response.header("Authorization", "Bearer " + std::string(token));
  return response;
}

wire::Response admin_made(Surface surface, const domain::FirstAdmin& admin) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .member("username", admin.name)
      .member("password", admin.password.reveal())
      .end_object();
  return auth_data(surface, std::move(body));
}

wire::Response admin_exists(Surface surface, const std::string& message) {
  if (surface == Surface::kV1) return rest_result(409, message);
  std::string body;
  json::Writer(body)
      .begin_object()
      .member("code", 409)
      .member("message", message + ".")
      .key("data")
      .null()
      .end_object();
  return answer(200, kJson, std::move(body));
}

}  // namespace

// One text and one status for a wrong password and for a name that nobody has; upstream tells them apart.
wire::Response AuthHttp::wrong_login(const wire::Request& request, const Error& error) const {
  const bool locked = error.code == Errc::kResourceExhausted;
  if (!locked && error.code != Errc::kUnauthenticated) return caused(http_status(error.code), error.message);
  const int status = locked ? 429 : 403;
  switch (surface_of(request.path)) {
    case Surface::kV1:
    case Surface::kV2:  // has no users of its own
      return answer(status, kText, locked ? error.message : std::string(kUserNotFound));
    case Surface::kV3:
      return framework_error(request, runtime_.wall_now(), status, locked ? error.message : "Access Denied");
    case Surface::kConsole:
      break;
  }
  return answer(status, kText, locked ? error.message : std::string(kUserNotFoundV3));
}

Task<wire::Response> AuthHttp::log_in(wire::Request request, cluster::Context context) {
  const Surface surface = surface_of(request.path);
  for (const std::string_view name : {"username", "password"}) {
    if (request.param(name)) continue;
    if (surface == Surface::kV1) co_return caused(500, escape_html(missing_parameter(name)));
    if (surface == Surface::kV3)
      co_return framework_error(request, runtime_.wall_now(), 500, "No message available");
    co_return wrong_login(request, {Errc::kUnauthenticated, {}});
  }
  const AccessOptions& options = access_.options();
  std::string user = auth_text(request, "username");
  // Where nobody has to sign in and there is nothing to sign with, nobody is checked.
  if (!options.any() && options.token_key.empty())
    co_return token_answer(kNoToken, options.token_life, true, user);
  const auto signed_in =
      co_await sign_ins_.sign_in(for_write(std::move(context)), std::move(user),
                                 Secret(auth_text(request, "password")), std::string(request.peer_address));
  if (!signed_in) co_return wrong_login(request, signed_in.error());
  const WallTime expires{runtime_.wall_now().ms + std::chrono::milliseconds(options.token_life).count()};
  co_return token_answer(sign_token(options.token_key.reveal(), signed_in->user, expires), options.token_life,
                         signed_in->admin, signed_in->user);
}

// With an LDAP directory, too: it has no administrators, and local users come before it.
Task<wire::Response> AuthHttp::first_admin(wire::Request request, cluster::Context context) {
  const auto made = co_await users_.create_first_admin(for_write(std::move(context)),
                                                       Secret(auth_text(request, "password")));
  if (made) co_return admin_made(surface_of(request.path), *made);
  if (made.error().code != Errc::kConflict) co_return auth_failed(made.error());
  co_return admin_exists(surface_of(request.path), made.error().message);
}

bool AuthHttp::may_change(std::string_view principal, std::string_view user) const {
  return !access_.options().any() || principal == user || users_.rights().is_admin(principal);
}

Task<wire::Response> AuthHttp::change_password(wire::Request request, cluster::Context context) {
  auto user = auth_param(request, runtime_.wall_now(), "username");
  if (!user) co_return std::move(user.error());
  auto password = auth_param(request, runtime_.wall_now(), "newPassword");
  if (!password) co_return std::move(password.error());
  if (!may_change(context.principal, *user))
    co_return framework_error(request, runtime_.wall_now(), 403, "authorization failed!");
  const Status done = co_await users_.change_password(for_write(std::move(context)), std::move(*user),
                                                      Secret(std::move(*password)));
  co_return done ? auth_done(surface_of(request.path), "update user ok!") : auth_failed(done.error());
}

// 1.x's own: of whoever asks, who must know the old one.
Task<wire::Response> AuthHttp::change_own_password(wire::Request request, cluster::Context context) {
  auto old_password = auth_param(request, runtime_.wall_now(), "oldPassword");
  if (!old_password) co_return std::move(old_password.error());
  auto password = auth_param(request, runtime_.wall_now(), "newPassword");
  if (!password) co_return std::move(password.error());
  if (context.principal.empty())
    co_return framework_error(request, runtime_.wall_now(), 401, "session expired!");
  const std::string user = context.principal;
  context = for_write(std::move(context));
  const auto known = co_await sign_ins_.sign_in(context, user, Secret(std::move(*old_password)),
                                                std::string(request.peer_address));
  if (!known && known.error().code == Errc::kUnauthenticated)
    co_return rest_result(401, "Old password is invalid");
  if (!known) co_return wrong_login(request, known.error());
  const Status done = co_await users_.change_password(std::move(context), user, Secret(std::move(*password)));
  co_return done ? rest_result(200, "Update password success") : auth_failed(done.error());
}

}  // namespace batata::nacos
