#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace batata::platform {

enum class LogFormat : std::uint8_t { kText, kJson };

/// What an operator can decide, one typed field for each built row of rows.cc. Plain data, read once by app/
/// and handed down as values; nothing below app/ sees this type.
///
/// A new Settings holds the defaults of the table. `load_settings` fills one from file, environment and
/// command line.
struct Settings {
  Settings();

  // Addresses
  /// An IP address; "0.0.0.0" listens on every IPv4 address, "::" on every address.
  std::string bind_address;
  std::uint16_t port = 0;
  std::uint16_t sdk_port = 0;      ///< 0 stands for port + 1000; load_settings has put the number there
  std::string advertised_address;  ///< an IP address or host name given to others; empty: found by the server

  // The node
  std::string data_folder;
  std::uint64_t raft_segment_bytes = 0, state_flush_bytes = 0;
  std::uint32_t history_events = 0;
  std::chrono::milliseconds history_age{};  ///< 0: as long as the number allows
  std::uint64_t disk_free_bytes_min = 0;    ///< 0: writes are taken until the disk is full
  bool standalone = false;                  ///< always true in this version
  std::chrono::milliseconds drain_time{};   ///< how long a stopping server waits for running requests

  // Authentication
  bool auth_enabled = false;         ///< clients: v1, v2, v3 and gRPC
  bool auth_admin_enabled = true;    ///< /nacos/v3/admin
  bool auth_console_enabled = true;  ///< /v3/console
  std::string auth_system_type;      ///< "nacos" or "ldap"
  std::string token_secret_key;      ///< Base64; empty: one of this installation's own. Secret
  std::uint32_t token_expire_seconds = 0;
  std::string identity_key, identity_value;  ///< a header and its value; empty: none. The value is secret
  std::uint32_t lockout_failures = 0;        ///< 0: nothing is ever locked
  std::chrono::milliseconds lockout_first_time{}, lockout_max_time{}, lockout_memory{};
  std::string ldap_url, ldap_base;
  std::string ldap_user_dn;   ///< empty: cn=admin below ldap_base; with "{0}": a pattern of people's entries
  std::string ldap_password;  ///< secret
  std::string ldap_filter_prefix;
  bool ldap_case_sensitive = true, ldap_ignore_partial = false;
  std::chrono::milliseconds ldap_timeout{};

  // Log
  std::string log_level;  ///< a filter (base/log_filter.h)
  LogFormat log_format = LogFormat::kText;
  std::string log_file;  ///< empty: standard error only
  std::uint64_t log_file_bytes = 0;
  std::uint32_t log_files = 0;
  std::string log_access, log_audit;             ///< files; empty: none
  std::chrono::milliseconds log_slow_request{};  ///< 0: none is slow

  // Network
  std::uint32_t io_threads = 0;       ///< 0: one for each core; who starts the threads finds the number
  std::uint32_t max_connections = 0;  ///< 0: as many as descriptors allow
  std::uint32_t max_connections_per_address = 0;  ///< 0: half of them
  std::uint64_t max_header_bytes = 0;
  std::uint32_t max_headers = 0;
  std::uint64_t max_body_bytes = 0;
  std::uint32_t max_requests_in_flight = 0;
  std::uint64_t max_unsent_per_connection = 0, max_unsent = 0, max_unfinished = 0;
  std::uint64_t max_unsent_per_stream = 0, max_unfinished_per_connection = 0;
  std::uint32_t max_streams = 0;
  std::chrono::milliseconds header_timeout{}, handshake_timeout{};
  std::chrono::milliseconds stall_timeout{}, stream_keep_alive{};
  std::uint64_t min_transfer_rate = 0, min_take_rate = 0, gzip_min_bytes = 0, gzip_max_bytes = 0;
  std::uint32_t max_unpack_ratio = 0;
  std::chrono::milliseconds idle_timeout{};
  std::uint64_t grpc_max_message_bytes = 0;
  std::chrono::milliseconds grpc_keep_alive_time{};
  std::chrono::milliseconds grpc_keep_alive_timeout{};
  std::uint32_t grpc_connections_max = 0;  ///< 0: any number

  // TLS
  bool tls_enabled = false;                               ///< on both ports
  bool tls_compatible = false;                            ///< clients without TLS are served too
  std::string tls_certificate, tls_key, tls_authorities;  ///< files in PEM
  std::string tls_key_password;                           ///< empty: none. Secret
  std::string tls_client_certificates;                    ///< "none", "optional" or "required"
  std::string tls_client_user;                            ///< "none", "common-name" or "alternative-name"
  std::string tls_min_version;                            ///< "1.2" or "1.3"
  std::string tls_ciphers;                                ///< of TLS 1.2; empty: OpenSSL's choice
  bool sdk_tls_enabled = false;  ///< the same for the SDKs' port alone, as Nacos names it
  bool sdk_tls_compatible = true, sdk_tls_mutual = false, sdk_tls_trusts_all = false;
  std::string sdk_tls_certificate, sdk_tls_key, sdk_tls_authorities, sdk_tls_protocols, sdk_tls_ciphers;
  std::string sdk_tls_key_password;  ///< secret

  // Naming and configuration
  std::chrono::milliseconds naming_push_delay{};
  std::chrono::milliseconds naming_push_timeout{};
  std::chrono::milliseconds naming_push_retry_delay{};
  std::uint32_t config_push_max_retries = 0;
  std::uint32_t config_retention_days = 0;
  std::uint32_t config_grays_max = 0;  ///< of one configuration
  bool namespaces_must_exist = false;
  bool prometheus_enabled = false;
  bool metrics_public = false;  ///< also while clients must sign in
  std::uint32_t config_push_batch = 0;
  std::uint32_t config_fuzzy_patterns = 0, config_fuzzy_matches = 0;
  std::uint32_t naming_fuzzy_patterns = 0, naming_fuzzy_matches = 0;

  // Locks
  std::chrono::milliseconds lock_default_time{};
  std::chrono::milliseconds lock_max_time{};
  std::chrono::milliseconds empty_service_time{};     ///< a service without instances is kept so long
  std::chrono::milliseconds expired_metadata_time{};  ///< and what was set for it after that
  std::string health_check_allowed,
      health_check_denied;  ///< ranges of addresses; empty `allowed`: all others
  std::uint32_t config_search_queue = 0;
  std::uint32_t config_search_threads = 0;
  std::chrono::milliseconds config_search_wait{};
  bool capacity_managed = false;
  bool capacity_checked = false;
  std::uint32_t capacity_cluster_quota = 0;
  std::uint32_t capacity_group_quota = 0;
  std::uint32_t capacity_namespace_quota = 0;
  std::uint64_t capacity_max_size = 0;
  std::uint32_t capacity_max_aggr_count = 0;
  std::uint64_t capacity_max_aggr_size = 0;
  std::uint32_t capacity_expansion_percent = 0;
};

}  // namespace batata::platform
