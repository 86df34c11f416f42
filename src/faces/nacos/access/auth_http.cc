#include "faces/nacos/access/auth_http.h"

#include <utility>
#include <vector>

#include "faces/nacos/access/auth_answers.h"
#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

using domain::Permission;
using domain::RoleBinding;

// Hashes are shown to nobody. Upstream gives them to administrators, whose console hides them.
constexpr std::string_view kHidden = "******";

// What 2.5.1 says to who wants to create the first administrator as any other user.
constexpr std::string_view kUseBootstrap =
    "User `nacos` is default admin user. Please use `/nacos/v1/auth/users/admin` API to init `nacos` users. "
    "Detail see `https://nacos.io/docs/latest/manual/admin/auth/"
    "#31-%E8%AE%BE%E7%BD%AE%E7%AE%A1%E7%90%86%E5%91%98%E5%AF%86%E7%A0%81`";

std::string list_json(const std::vector<std::string>& names) {
  std::string text;
  json::Writer out(text);
  out.begin_array();
  for (const std::string& name : names) out.string(name);
  out.end_array();
  return text;
}

wire::Response done_or_failed(const wire::Request& request, const Status& status, std::string_view text) {
  return status ? auth_done(surface_of(request.path), text) : auth_failed(status.error());
}

AuthRead<Permission> permission_of(const wire::Request& request, WallTime now) {
  auto role = auth_param(request, now, "role");
  if (!role) return tl::unexpected(std::move(role.error()));
  auto resource = auth_param(request, now, "resource");
  if (!resource) return tl::unexpected(std::move(resource.error()));
  auto action = auth_param(request, now, "action");
  if (!action) return tl::unexpected(std::move(action.error()));
  return Permission{std::move(*role), std::move(*resource), std::move(*action)};
}

}  // namespace

cluster::Context AuthHttp::for_write(cluster::Context context) const {
  context.deadline = runtime_.now() + kWriteTimeout;
  return context;
}

Task<wire::Response> AuthHttp::create_user(wire::Request request, cluster::Context context) {
  auto name = auth_param(request, runtime_.wall_now(), "username");
  if (!name) co_return std::move(name.error());
  auto password = auth_param(request, runtime_.wall_now(), "password");
  if (!password) co_return std::move(password.error());
  if (surface_of(request.path) == Surface::kV1 && *name == domain::kFirstAdminName)
    co_return rest_result(409, kUseBootstrap);
  const Status done = co_await users_.create_user(for_write(std::move(context)), std::move(*name),
                                                  Secret(std::move(*password)));
  co_return done_or_failed(request, done, "create user ok!");
}

Task<wire::Response> AuthHttp::remove_user(wire::Request request, cluster::Context context) {
  auto name = auth_param(request, runtime_.wall_now(), "username");
  if (!name) co_return std::move(name.error());
  const Status done = co_await users_.remove_user(for_write(std::move(context)), std::move(*name));
  co_return done_or_failed(request, done, "delete user ok!");
}

Task<wire::Response> AuthHttp::list_users(wire::Request request, cluster::Context) {
  const auto page = auth_page(request, runtime_.wall_now());
  if (!page) co_return page.error();
  const auto found = users_.users(*page, auth_text(request, "username"), auth_search(request));
  co_return auth_data(
      surface_of(request.path), auth_page_json(found, [](json::Writer& out, const auto& user) {
        out.begin_object().member("username", user.name).member("password", kHidden).end_object();
      }));
}

Task<wire::Response> AuthHttp::search_users(wire::Request request, cluster::Context) {
  const auto prefix = auth_param(request, runtime_.wall_now(), "username");
  if (!prefix) co_return prefix.error();
  co_return auth_data(surface_of(request.path), list_json(users_.user_names(*prefix)));
}

Task<wire::Response> AuthHttp::add_role(wire::Request request, cluster::Context context) {
  auto role = auth_param(request, runtime_.wall_now(), "role");
  if (!role) co_return std::move(role.error());
  auto user = auth_param(request, runtime_.wall_now(), "username");
  if (!user) co_return std::move(user.error());
  const Status done = co_await users_.add_role(for_write(std::move(context)),
                                               RoleBinding{std::move(*role), std::move(*user)});
  co_return done_or_failed(request, done, "add role ok!");
}

Task<wire::Response> AuthHttp::remove_role(wire::Request request, cluster::Context context) {
  auto role = auth_param(request, runtime_.wall_now(), "role");
  if (!role) co_return std::move(role.error());
  const std::string user = auth_text(request, "username");
  const Status done = co_await users_.remove_role(for_write(std::move(context)), std::move(*role), user);
  co_return done_or_failed(request, done, "delete role of user " + user + " ok!");
}

Task<wire::Response> AuthHttp::list_roles(wire::Request request, cluster::Context) {
  const auto page = auth_page(request, runtime_.wall_now());
  if (!page) co_return page.error();
  const auto found =
      users_.roles(*page, auth_text(request, "username"), auth_text(request, "role"), auth_search(request));
  co_return auth_data(surface_of(request.path),
                      auth_page_json(found, [](json::Writer& out, const RoleBinding& one) {
                        out.begin_object().member("role", one.role).member("username", one.user).end_object();
                      }));
}

Task<wire::Response> AuthHttp::search_roles(wire::Request request, cluster::Context) {
  const auto prefix = auth_param(request, runtime_.wall_now(), "role");
  if (!prefix) co_return prefix.error();
  co_return auth_data(surface_of(request.path), list_json(users_.role_names(*prefix)));
}

Task<wire::Response> AuthHttp::grant(wire::Request request, cluster::Context context) {
  auto permission = permission_of(request, runtime_.wall_now());
  if (!permission) co_return std::move(permission.error());
  const Status done = co_await users_.grant(for_write(std::move(context)), std::move(*permission));
  co_return done_or_failed(request, done, "add permission ok!");
}

Task<wire::Response> AuthHttp::revoke(wire::Request request, cluster::Context context) {
  auto permission = permission_of(request, runtime_.wall_now());
  if (!permission) co_return std::move(permission.error());
  const Status done = co_await users_.revoke(for_write(std::move(context)), std::move(*permission));
  co_return done_or_failed(request, done, "delete permission ok!");
}

Task<wire::Response> AuthHttp::list_permissions(wire::Request request, cluster::Context) {
  const auto page = auth_page(request, runtime_.wall_now());
  if (!page) co_return page.error();
  const auto found = users_.permissions(*page, auth_text(request, "role"), auth_search(request));
  co_return auth_data(surface_of(request.path),
                      auth_page_json(found, [](json::Writer& out, const Permission& one) {
                        out.begin_object()
                            .member("role", one.role)
                            .member("resource", one.resource)
                            .member("action", one.action)
                            .end_object();
                      }));
}

Task<wire::Response> AuthHttp::has_permission(wire::Request request, cluster::Context) {
  const auto permission = permission_of(request, runtime_.wall_now());
  if (!permission) co_return permission.error();
  co_return result(users_.has_permission(*permission) ? "true" : "false");  // so also over v1
}

}  // namespace batata::nacos
