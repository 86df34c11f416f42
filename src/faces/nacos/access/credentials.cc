#include "faces/nacos/access/credentials.h"

#include "base/text.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// The four names, looked up by `find(name)`, which gives a view, blank for none.
template <class Find>
Credentials read(Find find) {
  Credentials who;
  who.token = find("Authorization");
  if (who.token.starts_with(kBearer)) {
    who.token.remove_prefix(kBearer.size());
  } else {
    who.token = find("accessToken");
  }
  if (who.has_token()) return who;
  who.user = find("username");
  who.password = find("password");
  return who;
}

std::string_view lower(std::string_view name) {
  return name == "Authorization" ? "authorization" : name == "accessToken" ? "accesstoken" : name;
}

}  // namespace

bool Credentials::has_token() const {
  return !is_blank(token);
}
bool Credentials::has_password() const {
  return !is_blank(user) && !is_blank(password);
}

Credentials credentials_of(const wire::Request& request) {
  return read([&request](std::string_view name) {
    const auto param = request.param(name).value_or("");
    return is_blank(param) ? request.header(lower(name)).value_or("") : param;
  });
}

Credentials credentials_of(const Payload& payload, json::Value body) {
  const json::Value headers = body["headers"];
  return read([&payload, headers](std::string_view name) {
    const auto header = payload.headers.find(name);
    return header ? *header : headers[name].as_string().value_or("");
  });
}

}  // namespace batata::nacos
