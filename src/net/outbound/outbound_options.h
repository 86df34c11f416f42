#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "net/egress/egress_policy.h"

namespace batata::net {

/// Whom a client of TLS trusts, and what it shows of itself. TLS 1.2 at least. Plain data; files are in PEM.
struct ClientTls {
  std::string authorities_file;  ///< who may sign servers' certificates, and nobody else; empty: the system's
  std::string certificate_file;  ///< shown to servers that ask; empty: none
  std::string key_file;          ///< its private key, without a password
  bool verify = true;            ///< false: anybody may claim to be the server
};

/// What calls may do and cost. Plain data.
struct OutboundOptions {
  /// Asked for the very address that is connected to, whatever name stands for it, at each redirect and each
  /// new connection. Nothing: all may be called, which is right only where no client chooses.
  std::optional<EgressPolicy> policy = std::nullopt;
  ClientTls tls = {};
  std::string user_agent = "batata";
  std::chrono::milliseconds connect_timeout{5'000};      ///< look-up, TCP and TLS of one connection
  std::size_t header_bytes_max = std::size_t{64} << 10;  ///< of one answer, interim answers and trailers too
  int running_max = 32;                                  ///< calls at once, each on one connection
  int per_origin_max = 8;   ///< of those: one that is slow leaves room for others
  int waiting_max = 1'024;  ///< for their turn; more are refused
  int pooled_max = 16;      ///< connections that are kept for later calls
  /// Whether http_proxy and its like count. Off, because the variables of a machine's shell are not what an
  /// operator has said of this server, and because a proxy looks up names itself: the policy sees no address
  /// but the proxy's.
  bool environment_proxy = false;
};

}  // namespace batata::net
