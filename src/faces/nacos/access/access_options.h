#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/secret.h"

namespace batata::nacos {

/// Which name in a client's certificate is that of its user.
enum class CertificateName : std::uint8_t {
  kNone,         ///< a certificate says nothing of users
  kCommon,       ///< the subject's common name
  kAlternative,  ///< of its DNS names and URIs the first that is a user's
};

/// What an operator has decided about access. Plain data, read once by app/.
struct AccessOptions {
  bool client = false;   ///< who uses v1, v2, /nacos/v3/client or gRPC must sign in
  bool admin = false;    ///< who uses /nacos/v3/admin
  bool console = false;  ///< who uses /v3/console
  std::string system_type = "nacos";
  Secret token_key;  ///< raw bytes (domain/access/token_key.h); empty: logins give no real token
  std::chrono::seconds token_life = std::chrono::hours(5);
  /// A header, its name in lower case, and the value by which other servers show who they are; when either is
  /// empty no header does.
  std::string identity_name;
  Secret identity_value;
  CertificateName certificate_name = CertificateName::kNone;

  /// Whether anybody has to sign in for anything.
  [[nodiscard]] bool any() const { return client || admin || console; }
};

}  // namespace batata::nacos
