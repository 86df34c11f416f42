#include "faces/nacos/access/token.h"

#include <array>
#include <cstdint>
#include <optional>

#include "base/crypto.h"
#include "base/json.h"

namespace batata::nacos {
namespace {

struct Algorithm {
  Sha sha;
  std::string_view header;  // base64url of {"alg":"HS…"}
  std::size_t key_bytes;    // from which on upstream's factory chooses it
};
constexpr std::array<Algorithm, 3> kAlgorithms = {{
    {Sha::k256, "eyJhbGciOiJIUzI1NiJ9", kTokenKeyBytes},
    {Sha::k384, "eyJhbGciOiJIUzM4NCJ9", 48},
    {Sha::k512, "eyJhbGciOiJIUzUxMiJ9", 64},
}};

struct Parts {
  std::string_view header, payload, signature, signed_text;
};

// Three parts that are not empty, with points between.
std::optional<Parts> take_apart(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == token.npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;
  const Parts parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1), token.substr(0, second)};
  if (parts.header.empty() || parts.payload.empty() || parts.signature.empty()) return std::nullopt;
  return parts;
}

const Algorithm* algorithm_of(std::string_view header) {
  for (const Algorithm& algorithm : kAlgorithms)
    if (header == algorithm.header) return &algorithm;
  return nullptr;
}

tl::unexpected<Error> refuse(const char* reason) {
  return fail(Errc::kUnauthenticated, reason);
}

constexpr auto kInvalid = "token invalid!";

// The claims of a token whose signature is right.
Result<std::string> read_claims(std::string_view payload, WallTime now) {
  const auto text = from_base64url(payload);
  // Aside, because a gRPC request's body is being looked at.
  const auto claims = text ? json::parse_aside(*text) : Result<json::Value>(refuse(kInvalid));
  if (!claims || !claims->is_object()) return refuse(kInvalid);
  const auto user = (*claims)["sub"].as_string();
  if (!user || user->empty()) return refuse(kInvalid);
  const std::int64_t now_s = now.ms / 1000;
  // Upstream does not know `nbf`; a token that says that it is not good yet is not good yet.
  if (const auto from = (*claims)["nbf"]; from.present() && from.as_int().value_or(INT64_MAX) > now_s)
    return refuse(kInvalid);
  if ((*claims)["exp"].as_int().value_or(0) < now_s) return refuse("token expired!");
  return std::string(*user);
}

}  // namespace

std::string sign_token(std::string_view key, std::string_view user, WallTime expires) {
  const Algorithm* chosen = nullptr;
  for (const Algorithm& algorithm : kAlgorithms)
    if (key.size() >= algorithm.key_bytes) chosen = &algorithm;
  if (chosen == nullptr) return {};
  std::string claims;
  json::Writer(claims).begin_object().member("sub", user).member("exp", expires.ms / 1000).end_object();
  std::string token(chosen->header);
  token.append(".").append(base64url(claims));
  const std::string signature = base64url(hmac(chosen->sha, key, token));
  token.append(".").append(signature);
  return token;
}

Result<std::string> verify_token(std::string_view key, std::string_view token, WallTime now) {
  if (token.size() > kTokenBytesMax) return refuse(kInvalid);
  const auto parts = take_apart(token);
  if (!parts) return refuse(kInvalid);
  const Algorithm* algorithm = algorithm_of(parts->header);
  if (algorithm == nullptr) return refuse("unsupported signature algorithm");
  if (key.size() < kTokenKeyBytes) return refuse("Invalid signature");
  // Compared as text: one signature has one spelling.
  const std::string expected = base64url(hmac(algorithm->sha, key, parts->signed_text));
  if (!equal_in_constant_time(expected, parts->signature)) return refuse("Invalid signature");
  return read_claims(parts->payload, now);
}

}  // namespace batata::nacos
