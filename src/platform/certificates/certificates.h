#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace batata::platform {

/// A certificate and its private key, both in PEM.
struct Certificate {
  std::string certificate;
  Secret key;
};

/// What a new certificate says.
struct CertificateWishes {
  std::string common_name;              ///< of the subject; 1 to 64 bytes
  std::vector<std::string> names;       ///< DNS names, IP addresses and URIs that it is good for
  std::chrono::days valid{365};         ///< from now on; 1 to 36,500
  bool server = false, client = false;  ///< which side of TLS may show it
};

/// A new certificate authority, which signs itself: an ECDSA key on P-256. Any thread.
/// Errors: kInvalidArgument for a name or time out of range; kInternal when OpenSSL fails.
[[nodiscard]] Result<Certificate> make_authority(const std::string& common_name, std::chrono::days valid);

/// A new certificate that `authority` has signed. Any thread.
/// Errors: kInvalidArgument for what is out of range, for a name that is none, and for an authority that
/// cannot be read, whose key is another's or which may not sign; kInternal when OpenSSL fails.
[[nodiscard]] Result<Certificate> make_certificate(const Certificate& authority,
                                                   const CertificateWishes& wishes);

}  // namespace batata::platform
