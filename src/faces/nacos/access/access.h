#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "base/result.h"
#include "domain/access/rights.h"
#include "domain/access/sign_ins.h"
#include "faces/nacos/access/access_options.h"
#include "faces/nacos/access/credentials.h"
#include "faces/nacos/access/resources.h"
#include "wire/gate.h"
#include "wire/transport.h"

namespace batata::nacos {

/// Which family of addresses a path belongs to, as far as access goes.
enum class Door : std::uint8_t {
  kClient,   ///< v1, v2 and /nacos/v3/client, and gRPC
  kAdmin,    ///< /nacos/v3/admin
  kConsole,  ///< /v3/console
  kUsers,  ///< /nacos/v1/auth, /nacos/v3/auth, the console's /v3/auth; /batata, whose backups hold the users
};
[[nodiscard]] Door door_of(std::string_view path);

/// What upstream calls whoever could not show who they are; 3.x has a longer text for it.
constexpr std::string_view kUserNotFound = "user not found!";
constexpr std::string_view kUserNotFoundV3 = "User not found! Please check user exist or password is right!";

/// The face's access control: who asks, by token or by name and password, and whether they may.
///
/// Each door is guarded or not, as the options say; addresses of v1 and v2 that are for operators are guarded
/// with the administration (or the console) also while clients need not sign in. Users, roles and permissions
/// are guarded as soon as any door is: upstream leaves them open on the main port while clients need not sign
/// in, which hands the guarded doors to everybody. Another server's header (AccessOptions::identity_name)
/// opens the doors of clients and of the administration only; over gRPC, on the console, for users and for
/// what only administrators may (wire::kAdministrators) it means nothing, and neither does a User-Agent.
///
/// Who shows neither token nor password is the user whom the certificate names that it has shown in TLS,
/// where the options say so: an account like any other, which needs no password for that.
///
/// Tokens are verified on any thread, from the rights as this node has applied them; passwords on the loop.
/// Source: upstream's AuthFilter, RemoteRequestAuthFilter and NacosAuthPluginService.
class Access final : public wire::Gate {
 public:
  /// All of them outlive it.
  Access(Runtime& runtime, const domain::Rights& rights, domain::SignIns& sign_ins,
         const AccessOptions& options)
      : runtime_(runtime), rights_(rights), sign_ins_(sign_ins), options_(options) {}
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  [[nodiscard]] const AccessOptions& options() const { return options_; }
  /// Somebody must be made the first administrator before anybody can sign in.
  [[nodiscard]] bool wants_first_admin() const { return options_.any() && !rights_.has_admin(); }

  // wire::Gate
  [[nodiscard]] bool guards(std::string_view path, std::string_view permission) const override;
  [[nodiscard]] wire::Verdict check(const wire::Request& request, const wire::Right& right) const override;
  [[nodiscard]] Task<wire::Verdict> decide(const wire::Request& request, const wire::Right& right) override;

  /// The user of the token, who may do what is demanded. Any thread.
  /// Errors: kUnauthenticated with upstream's reason; kPermissionDenied: "authorization failed!".
  [[nodiscard]] Result<std::string> admit_token(std::string_view token, const Demand& demand) const;
  /// The same for who shows nothing but a certificate, which may be null, by the name in it that the options
  /// say. Any thread.
  [[nodiscard]] Result<std::string> admit_certificate(const wire::PeerCertificate* certificate,
                                                      const Demand& demand) const;
  /// The same for a name and a password, from `address` (of the TCP peer: it is what failures are counted
  /// by). Loop only. Errors: as above; those of SignIns::sign_in.
  [[nodiscard]] Task<Result<std::string>> admit_password(std::string user, Secret password,
                                                         std::string address, Demand demand);

 private:
  [[nodiscard]] std::optional<std::string> user_of(const wire::PeerCertificate& certificate) const;
  [[nodiscard]] bool shows_identity(const wire::Request& request) const;
  [[nodiscard]] Status authorise(std::string_view user, const Demand& demand) const;
  [[nodiscard]] wire::Verdict verdict(const wire::Request& request, Result<std::string> user) const;

  Runtime& runtime_;
  const domain::Rights& rights_;
  domain::SignIns& sign_ins_;
  const AccessOptions& options_;
};

/// Why somebody was not admitted, in the words of 3.x: "Code: 401, Message: token expired!.".
[[nodiscard]] std::string refusal_text_v3(const Error& error);
/// The answer of the gate, in the form of the path's family.
[[nodiscard]] wire::Response refused_access(const wire::Request& request, WallTime now, const Error& error);

}  // namespace batata::nacos
