#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace batata::net {

// What both sides of TLS do alike with a context that is being made. Errors: kInvalidArgument, with a
// sentence that names the file and what is wrong with it.

/// TLS 1.2 at least, the curves, and how bytes pass.
[[nodiscard]] Status set_common_rules(ssl_ctx_st* context);
/// The certificate that is shown, those between it and its authority, and its key.
[[nodiscard]] Status use_certificate(ssl_ctx_st* context, const std::string& certificate_file,
                                     const std::string& key_file, const Secret& key_password);
/// Who may sign what the peer shows; empty: the system's authorities.
[[nodiscard]] Status trust_authorities(ssl_ctx_st* context, const std::string& file);

/// `what`, and why OpenSSL's last call failed.
[[nodiscard]] tl::unexpected<Error> refuse_tls(const std::string& what, std::string_view otherwise);

}  // namespace batata::net
