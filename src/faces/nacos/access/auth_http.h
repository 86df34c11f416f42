#pragma once
#include <span>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "domain/access/access_service.h"
#include "domain/access/sign_ins.h"
#include "faces/nacos/access/access.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Signing in, and users, roles and permissions, over HTTP v1, v3 and the console's own addresses.
///
/// One handler serves the three; the form of its answers is that of the path (auth_answers.h). What upstream
/// throws away in its filter (200 with an empty body) is answered as its console does. Source: upstream's
/// UserController, RoleController, PermissionController (2.5.1) and their V3 successors (3.1).
class AuthHttp {
 public:
  /// All of them outlive it.
  AuthHttp(Runtime& runtime, domain::AccessService& users, domain::SignIns& sign_ins, const Access& access)
      : runtime_(runtime), users_(users), sign_ins_(sign_ins), access_(access) {}

  [[nodiscard]] static std::span<const wire::Endpoint<AuthHttp>> rows_v1();
  [[nodiscard]] static std::span<const wire::Endpoint<AuthHttp>> rows_v3();

 private:
  using Response = wire::Response;
  // auth_login.cc
  Task<Response> log_in(wire::Request request, cluster::Context context);
  Task<Response> first_admin(wire::Request request, cluster::Context context);
  Task<Response> change_password(wire::Request request, cluster::Context context);
  Task<Response> change_own_password(wire::Request request, cluster::Context context);
  // auth_http.cc
  Task<Response> create_user(wire::Request request, cluster::Context context);
  Task<Response> remove_user(wire::Request request, cluster::Context context);
  Task<Response> list_users(wire::Request request, cluster::Context context);
  Task<Response> search_users(wire::Request request, cluster::Context context);
  Task<Response> add_role(wire::Request request, cluster::Context context);
  Task<Response> remove_role(wire::Request request, cluster::Context context);
  Task<Response> list_roles(wire::Request request, cluster::Context context);
  Task<Response> search_roles(wire::Request request, cluster::Context context);
  Task<Response> grant(wire::Request request, cluster::Context context);
  Task<Response> revoke(wire::Request request, cluster::Context context);
  Task<Response> list_permissions(wire::Request request, cluster::Context context);
  Task<Response> has_permission(wire::Request request, cluster::Context context);

  [[nodiscard]] bool may_change(std::string_view principal, std::string_view user) const;
  [[nodiscard]] Response wrong_login(const wire::Request& request, const Error& error) const;
  [[nodiscard]] cluster::Context for_write(cluster::Context context) const;

  Runtime& runtime_;
  domain::AccessService& users_;
  domain::SignIns& sign_ins_;
  const Access& access_;
};

}  // namespace batata::nacos
