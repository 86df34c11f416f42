#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "faces/nacos/access/access_options.h"
#include "faces/nacos/access/token.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {

inline const std::string kTestKey(32, 'k');

/// Rules under which everybody must sign in everywhere, and other servers show a header.
inline AccessOptions guarded() {
  AccessOptions options;
  options.client = options.admin = options.console = true;
  options.token_key = Secret(std::string(kTestKey));
  options.identity_name = "golden-identity";
  options.identity_value = Secret(std::string("golden-value"));
  return options;
}

/// For a House with rules and without anybody in it. `rules` are moved from.
inline std::function<void(Services&)> under(AccessOptions& rules) {
  return [&rules](Services& services) { services.access_options = std::move(rules); };
}

/// A house with rules, its administrator nacos (password "pw") and a user joe (password "secret1") whose role
/// reader has no permission yet.
class GuardedHouse : public House {
 public:
  /// `add_rows`: gives the router more rows than the face's, before anything is asked for.
  explicit GuardedHouse(AccessOptions rules = guarded(), const std::function<void(House&)>& add_rows = {})
      : House(under(rules)) {
    if (add_rows) add_rows(*this);
    ask(wire::Method::kPost, "/nacos/v3/auth/user/admin", "password=pw");
    as("nacos", wire::Method::kPost, "/nacos/v3/auth/user", "username=joe&password=secret1");
    as("nacos", wire::Method::kPost, "/nacos/v3/auth/role", "role=reader&username=joe");
  }

  /// A token that is good for an hour, whether there is such a user or not.
  std::string token(std::string_view user) {
    return sign_token(kTestKey, user, {runtime.wall_now().ms + 3'600'000});
  }
  /// Asks with a token of `user`; without one when it is empty.
  wire::Response as(std::string_view user, wire::Method method, std::string target, std::string form = {}) {
    if (!user.empty()) {
      target += target.find('?') == target.npos ? "?accessToken=" : "&accessToken=";
      target += token(user);
    }
    return std::move(ask(method, std::move(target), std::move(form))->value());
  }
  /// Gives joe's role a permission.
  void let_joe(std::string_view resource, std::string_view action) {
    as("nacos", wire::Method::kPost, "/nacos/v3/auth/permission",
       "role=reader&resource=" + std::string(resource) + "&action=" + std::string(action));
  }
};

}  // namespace batata::nacos
