#include "platform/settings/rows.h"

#include <arpa/inet.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "base/assert.h"
#include "base/log_filter.h"
#include "base/text.h"
#include "platform/settings/network_rows.h"
#include "platform/settings/planned_rows.h"
#include "platform/settings/units.h"
#include "platform/settings/values.h"

namespace batata::platform {
namespace {

bool is_ip_address(std::string_view text) {
  const std::string address(text);
  unsigned char bytes[16];
  return inet_pton(AF_INET, address.c_str(), bytes) == 1 || inet_pton(AF_INET6, address.c_str(), bytes) == 1;
}
bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == ':'; });
}
bool is_ranges(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':' || c == '/' || c == ',' || c == ' ';
  });
}
bool is_path(std::string_view text) {
  return !text.empty() && text.find('\0') == text.npos;
}
bool is_path_or_empty(std::string_view text) {
  return text.find('\0') == text.npos;
}

bool is_auth_system(std::string_view text) {
  return text == "nacos" || text == "ldap";
}
bool is_client_certificates(std::string_view text) {
  return text == "none" || text == "optional" || text == "required";
}
bool is_client_user(std::string_view text) {
  return text == "none" || text == "common-name" || text == "alternative-name";
}
bool is_tls_version(std::string_view text) {
  return text == "1.2" || text == "1.3";
}
bool is_tls_versions(std::string_view text) {
  return text.empty() || text == "TLSv1.2" || text == "TLSv1.3" || text == "TLSv1.2,TLSv1.3" ||
         text == "TLSv1.3,TLSv1.2";
}
bool is_ldap_url(std::string_view text) {
  return text.starts_with("ldap://") || text.starts_with("ldaps://");
}
bool is_attribute(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

// A word that names nothing is most likely a level that is mistyped.
bool is_log_filter(std::string_view text) {
  const auto filter = log::parse_filter(text);
  return filter && filter->concerns_us && filter->unknown_word.empty();
}

constexpr TextRule kLogFilter{is_log_filter,
                              "levels (trace, debug, info, warn, error, off), alone or as MODULE=LEVEL"};
constexpr TextRule kIpAddress{is_ip_address, "an IPv4 or IPv6 address"};
constexpr TextRule kHost{is_host, "an IP address or a host name"};
constexpr TextRule kRanges{is_ranges, "a list of ranges of addresses like 10.0.0.0/8,fe80::/10"};
constexpr TextRule kPath{is_path, "the path of a folder"};
constexpr TextRule kPathOrEmpty{is_path_or_empty, "empty or the path of a file"};
constexpr TextRule kNoNul{is_path_or_empty, "a text without zero bytes"};
constexpr TextRule kAuthSystem{is_auth_system, "one of nacos and ldap"};
constexpr TextRule kLdapUrl{is_ldap_url, "an address that starts with ldap:// or ldaps://"};
constexpr TextRule kClientCertificates{is_client_certificates, "one of none, optional and required"};
constexpr TextRule kClientUser{is_client_user, "one of none, common-name and alternative-name"};
constexpr TextRule kTlsVersion{is_tls_version, "one of 1.2 and 1.3"};
constexpr TextRule kTlsVersions{is_tls_versions, "a list of TLSv1.2 and TLSv1.3"};
constexpr TextRule kAttribute{is_attribute, "the name of an attribute"};

// clang-format off
constexpr Row kRows[] = {
    // Addresses
    {.key = "nacos.server.main.port", .field = &Settings::port, .fallback = "8848", .low = 1, .high = 65535,
     .also = {"server.port", "nacos.server.port"}, .variables = {"BATATA_PORT", "NACOS_APPLICATION_PORT"},
     .flag = "--port",
     .help = "Main port: HTTP/1.1, HTTP/2 and gRPC."},
    {.key = "nacos.sdk.port", .field = &Settings::sdk_port, .fallback = "0", .low = 0, .high = 65535,
     .help = "Port that SDKs call for gRPC. 0: the main port + 1000, which is where unmodified SDKs look."},
    {.key = "batata.bind", .field = &Settings::bind_address, .fallback = "0.0.0.0", .rule = &kIpAddress,
     .also = {"server.address", "server.host"}, .flag = "--bind",
     .help = "Address to listen on. 0.0.0.0: every IPv4 address; :: every address."},
    {.key = "nacos.inetutils.ip-address", .field = &Settings::advertised_address, .fallback = "", .rule = &kHost,
     .also = {"nacos.server.ip"},
     .help = "Address under which others reach this node. Empty: the first address that is not loopback."},

    // The node
    {.key = "batata.data.dir", .field = &Settings::data_folder, .fallback = "data", .rule = &kPath,
     .also = {"storage.data_dir"}, .flag = "--data-dir",
     .help = "Folder of everything that must survive a restart. Created when missing; one server at a time."},
    {.key = "batata.raft.segment-size", .field = &Settings::raft_segment_bytes, .fallback = "64MiB",
     .low = 64 * kKiB, .high = kGiB,
     .help = "Size of one file of the replicated log; each is made ahead, and removed whole when the state has it."},
    {.key = "batata.state.flush-after", .field = &Settings::state_flush_bytes, .fallback = "64MiB",
     .low = 64 * kKiB, .high = 16 * kGiB,
     .help = "Log that is written before the state is brought up to it on disk: what a start after a crash reads "
             "again, and what lies in the log's files."},
    {.key = "batata.history.events", .field = &Settings::history_events, .fallback = "50000", .low = 1000,
     .high = 58'000,
     .help = "Newest changes that are remembered, for those who watch and fall behind."},
    {.key = "batata.history.age", .field = &Settings::history_age, .fallback = "3600s", .low = 0, .high = 365 * 24 * kHour,
     .help = "How long a change is remembered. 0: as long as the number allows."},
    {.key = "batata.disk.min-free", .field = &Settings::disk_free_bytes_min, .fallback = "256MiB", .low = 0,
     .high = 1024 * kGiB,
     .help = "Free space of the data folder's disk below which writes are refused, until there is a sixteenth more; reads go on. "
             "0: writes are taken until the disk is full, which ends the server."},
    {.key = "nacos.standalone", .field = &Settings::standalone, .fallback = "true",
     .refused = "false", .refused_because = "clusters are not built yet; leave it out or set it to true",
     .help = "One node on its own."},
    {.key = "batata.shutdown.drain-time", .field = &Settings::drain_time, .fallback = "10s", .low = 0,
     .high = 10 * kMinute,
     .help = "How long a server that was asked to stop waits for running requests."},

    // Authentication
    {.key = "nacos.core.auth.enabled", .field = &Settings::auth_enabled, .fallback = "false",
     .variables = {"NACOS_AUTH_ENABLE"},
     .help = "Whether clients must sign in."},
    {.key = "nacos.core.auth.admin.enabled", .field = &Settings::auth_admin_enabled, .fallback = "true",
     .variables = {"NACOS_AUTH_ADMIN_ENABLE"},
     .help = "Whether callers of the administration's addresses (/nacos/v3/admin, and what of v1 and v2 is for "
             "operators) must sign in."},
    {.key = "nacos.core.auth.console.enabled", .field = &Settings::auth_console_enabled, .fallback = "true",
     .variables = {"NACOS_AUTH_CONSOLE_ENABLE"},
     .help = "Whether users of the console's addresses (/v3/console) must sign in."},
    {.key = "nacos.core.auth.system.type", .field = &Settings::auth_system_type, .fallback = "nacos",
     .rule = &kAuthSystem, .variables = {"NACOS_AUTH_SYSTEM_TYPE"},
     .help = "Where passwords are: on this server alone, or also in an LDAP directory."},
    {.key = "nacos.core.auth.plugin.nacos.token.secret.key", .field = &Settings::token_secret_key, .fallback = "",
     .rule = &kNoNul, .also = {"nacos.core.auth.default.token.secret.key"},
     .variables = {"BATATA_AUTH_SECRET_KEY", "NACOS_AUTH_TOKEN"}, .secret = true,
     .help = "Key that signs tokens: Base64 of 32 bytes or more. Empty: one is made at the first start and kept in "
             "the data folder."},
    {.key = "nacos.core.auth.plugin.nacos.token.expire.seconds", .field = &Settings::token_expire_seconds,
     .fallback = "18000", .low = 1, .high = 31'536'000,
     .also = {"nacos.core.auth.token.expire.seconds", "nacos.core.auth.default.token.expire.seconds"},
     .variables = {"NACOS_AUTH_TOKEN_EXPIRE_SECONDS"},
     .help = "Life of a token, in seconds."},
    {.key = "nacos.core.auth.server.identity.key", .field = &Settings::identity_key, .fallback = "",
     .rule = &kNoNul, .variables = {"NACOS_AUTH_IDENTITY_KEY"},
     .help = "Name of the header by which other servers show who they are. Empty: no header does."},
    {.key = "nacos.core.auth.server.identity.value", .field = &Settings::identity_value, .fallback = "",
     .rule = &kNoNul, .variables = {"NACOS_AUTH_IDENTITY_VALUE"}, .secret = true,
     .help = "What that header must hold. Empty: no header does."},
    {.key = "batata.auth.lockout.failures", .field = &Settings::lockout_failures, .fallback = "5", .low = 0,
     .high = 10'000,
     .help = "Failed sign-ins of one account, or from one address, before it is locked for a while. 0: never."},
    {.key = "batata.auth.lockout.first-time", .field = &Settings::lockout_first_time, .fallback = "30s",
     .low = 1 * kSecond, .high = 24 * kHour,
     .help = "How long the first lock lasts; each further failure doubles it."},
    {.key = "batata.auth.lockout.max-time", .field = &Settings::lockout_max_time, .fallback = "900s",
     .low = 1 * kSecond, .high = 24 * kHour,
     .help = "The longest lock."},
    {.key = "batata.auth.lockout.memory", .field = &Settings::lockout_memory, .fallback = "1800s",
     .low = 1 * kSecond, .high = 24 * kHour,
     .help = "Time without a failure after which earlier ones no longer count."},
    {.key = "nacos.core.auth.ldap.url", .field = &Settings::ldap_url, .fallback = "ldap://localhost:389",
     .rule = &kLdapUrl,
     .help = "Address of the LDAP directory; several, with spaces between them, are tried in turn."},
    {.key = "nacos.core.auth.ldap.basedc", .field = &Settings::ldap_base, .fallback = "dc=example,dc=org",
     .rule = &kNoNul,
     .help = "Where in the directory people are searched."},
    {.key = "nacos.core.auth.ldap.userDn", .field = &Settings::ldap_user_dn, .fallback = "", .rule = &kNoNul,
     .help = "Entry as which this server searches. Empty: cn=admin below basedc. A text with {0}: nothing is searched, "
             "and {0} stands for the name of who signs in."},
    {.key = "nacos.core.auth.ldap.password", .field = &Settings::ldap_password, .fallback = "", .rule = &kNoNul,
     .secret = true,
     .help = "Password of that entry. Empty: the search is anonymous."},
    {.key = "nacos.core.auth.ldap.filter.prefix", .field = &Settings::ldap_filter_prefix, .fallback = "uid",
     .rule = &kAttribute,
     .help = "Attribute that holds the name of who signs in."},
    {.key = "nacos.core.auth.ldap.case.sensitive", .field = &Settings::ldap_case_sensitive, .fallback = "true",
     .help = "Whether names that differ by case are different people; otherwise they become lower case."},
    {.key = "nacos.core.auth.ldap.ignore.partial.result.exception", .field = &Settings::ldap_ignore_partial,
     .fallback = "false",
     .help = "Whether an answer that refers to other directories counts as complete (Active Directory)."},
    {.key = "nacos.core.auth.ldap.timeout", .field = &Settings::ldap_timeout, .fallback = "3000", .low = 100,
     .high = kMinute, .bare_milliseconds = true,
     .help = "Time for the directory to answer one question."},

    // Log
    {.key = "batata.log.level", .field = &Settings::log_level, .fallback = "info", .rule = &kLogFilter,
     .variables = {"RUST_LOG"},
     .help = "Lowest level that is logged (trace, debug, info, warn, error, off), also by module: info,batata::net=trace. "
             "Modules are the folders of src/; RUST_LOG is read too."},
    {.key = "batata.log.format", .field = &Settings::log_format, .fallback = "text",
     .help = "One event a line, as text or as a JSON object."},
    {.key = "batata.log.file", .field = &Settings::log_file, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File to log to beside standard error. Empty: none."},
    {.key = "batata.log.max-size", .field = &Settings::log_file_bytes, .fallback = "64MiB", .low = 64 * kKiB,
     .high = 64 * kGiB,
     .help = "Size at which the log file is put aside and a new one begun."},
    {.key = "batata.log.max-files", .field = &Settings::log_files, .fallback = "5", .low = 0, .high = 1000,
     .help = "Log files kept beside the current one."},
    {.key = "batata.log.access", .field = &Settings::log_access, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File with a line for each request, in NCSA's combined format. Empty: none."},
    {.key = "batata.log.audit", .field = &Settings::log_audit, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File with a JSON object for each sign-in and each change: who, from where, what, and what came of it. Empty: none."},
    {.key = "batata.log.slow-request", .field = &Settings::log_slow_request, .fallback = "1s", .low = 0, .high = 60 * kMinute,
     .help = "Requests that take longer are warned of, ten in a second at most; those that wait on purpose are not. 0: none."},
};

// Behind those of the network.
constexpr Row kLaterRows[] = {
    // TLS
    {.key = "batata.tls.enabled", .field = &Settings::tls_enabled, .fallback = "false",
     .help = "TLS on the main port and on the SDKs' port."},
    {.key = "batata.tls.compatible", .field = &Settings::tls_compatible, .fallback = "false",
     .help = "Beside TLS, serve clients that speak none; the first byte of a connection tells."},
    {.key = "batata.tls.certificate", .field = &Settings::tls_certificate, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File of this server's certificate in PEM, then those between it and its authority. Read again when it changes."},
    {.key = "batata.tls.key", .field = &Settings::tls_key, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File of its private key in PEM."},
    {.key = "batata.tls.key-password", .field = &Settings::tls_key_password, .fallback = "", .rule = &kNoNul, .secret = true,
     .help = "Password of that file; empty: none."},
    {.key = "batata.tls.client-certificates", .field = &Settings::tls_client_certificates, .fallback = "none",
     .rule = &kClientCertificates,
     .help = "Whether clients are asked for a certificate: none, optional (one that is sent must be good), required."},
    {.key = "batata.tls.client-user", .field = &Settings::tls_client_user, .fallback = "none", .rule = &kClientUser,
     .help = "Which name in a client's certificate is that of its user, who then needs no password: none, common-name, or "
             "alternative-name (of the DNS names and URIs the first that is a user's)."},
    {.key = "batata.tls.authorities", .field = &Settings::tls_authorities, .fallback = "", .rule = &kPathOrEmpty,
     .help = "File of the authorities that sign clients' certificates, in PEM; empty: those of the system."},
    {.key = "batata.tls.min-version", .field = &Settings::tls_min_version, .fallback = "1.2", .rule = &kTlsVersion,
     .help = "The oldest TLS that is spoken."},
    {.key = "batata.tls.ciphers", .field = &Settings::tls_ciphers, .fallback = "", .rule = &kNoNul,
     .help = "Ciphers of TLS 1.2, as OpenSSL lists them; empty: its own choice."},
    {.key = "nacos.remote.server.rpc.tls.enableTls", .field = &Settings::sdk_tls_enabled, .fallback = "false",
     .help = "TLS on the SDKs' port alone, with the settings below instead of batata.tls."},
    {.key = "nacos.remote.server.rpc.tls.compatibility", .field = &Settings::sdk_tls_compatible, .fallback = "true",
     .help = "Beside TLS, serve SDKs that speak none there."},
    {.key = "nacos.remote.server.rpc.tls.certChainFile", .field = &Settings::sdk_tls_certificate, .fallback = "",
     .rule = &kPathOrEmpty, .help = "As batata.tls.certificate."},
    {.key = "nacos.remote.server.rpc.tls.certPrivateKey", .field = &Settings::sdk_tls_key, .fallback = "",
     .rule = &kPathOrEmpty, .help = "As batata.tls.key."},
    {.key = "nacos.remote.server.rpc.tls.certPrivateKeyPassword", .field = &Settings::sdk_tls_key_password, .fallback = "",
     .rule = &kNoNul, .secret = true, .help = "As batata.tls.key-password."},
    {.key = "nacos.remote.server.rpc.tls.mutualAuthEnable", .field = &Settings::sdk_tls_mutual, .fallback = "false",
     .also = {"nacos.remote.server.rpc.tls.mutualAuth"}, .help = "SDKs must show a certificate."},
    {.key = "nacos.remote.server.rpc.tls.trustCollectionCertFile", .field = &Settings::sdk_tls_authorities, .fallback = "",
     .rule = &kPathOrEmpty, .also = {"nacos.remote.server.rpc.tls.trustCollectionChainPath"},
     .help = "As batata.tls.authorities."},
    {.key = "nacos.remote.server.rpc.tls.trustAll", .field = &Settings::sdk_tls_trusts_all, .fallback = "false",
     .help = "Any certificate is taken from SDKs, which is as if none were asked for."},
    {.key = "nacos.remote.server.rpc.tls.protocols", .field = &Settings::sdk_tls_protocols, .fallback = "",
     .rule = &kTlsVersions, .help = "Versions of TLS; empty: 1.2 and 1.3."},
    {.key = "nacos.remote.server.rpc.tls.ciphers", .field = &Settings::sdk_tls_ciphers, .fallback = "", .rule = &kNoNul,
     .help = "As batata.tls.ciphers."},

    // Naming and configuration
    {.key = "nacos.naming.push.pushTaskDelay", .field = &Settings::naming_push_delay, .fallback = "500", .low = 0,
     .high = kMinute, .bare_milliseconds = true,
     .help = "How long changes of a service are gathered before they are pushed."},
    {.key = "nacos.naming.push.pushTaskTimeout", .field = &Settings::naming_push_timeout, .fallback = "5000",
     .low = 100, .high = 10 * kMinute, .bare_milliseconds = true,
     .help = "Time for a client to acknowledge a push of a service."},
    {.key = "nacos.naming.push.pushTaskRetryDelay", .field = &Settings::naming_push_retry_delay, .fallback = "1000",
     .low = 10, .high = 10 * kMinute, .bare_milliseconds = true,
     .help = "Pause before a push of a service is tried again."},
    {.key = "nacos.naming.clean.empty-service.expired-time", .field = &Settings::empty_service_time,
     .fallback = "60000", .low = 1 * kSecond, .high = 24 * kHour, .bare_milliseconds = true,
     .help = "How long a service without instances is kept; it goes right after that."},
    {.key = "nacos.naming.clean.expired-metadata.expired-time", .field = &Settings::expired_metadata_time,
     .fallback = "60000", .low = 1 * kSecond, .high = 24 * kHour, .bare_milliseconds = true,
     .help = "How long what was set for a service or an instance is kept after it has gone."},
    {.key = "batata.health-check.allowed-addresses", .field = &Settings::health_check_allowed, .fallback = "",
     .rule = &kRanges,
     .help = "Addresses that health checks of persistent instances may call. Empty: all that are not denied."},
    {.key = "batata.health-check.denied-addresses", .field = &Settings::health_check_denied,
     .fallback = "0.0.0.0/8,169.254.0.0/16,100.100.100.200,224.0.0.0/4,255.255.255.255,::,fe80::/10,ff00::/8,"
                 "fd00:ec2::254",
     .rule = &kRanges,
     .help = "Addresses that health checks never call: link-local ones, where clouds keep secrets, and no real ones."},
    {.key = "nacos.config.push.maxRetryTime", .field = &Settings::config_push_max_retries, .fallback = "50",
     .low = 1, .high = 10'000,
     .help = "Times that a change of a configuration is pushed to a client that does not acknowledge."},
    {.key = "nacos.core.namespace.validation.enabled", .field = &Settings::namespaces_must_exist,
     .fallback = "false",
     .help = "Whether gRPC requests may only name namespaces that somebody has made."},
    {.key = "batata.metrics.public", .field = &Settings::metrics_public, .fallback = "false",
     .help = "Whether /metrics is for anybody also while clients must sign in (nacos.core.auth.enabled); otherwise it then takes "
             "an administrator, or a role with the permission metrics, r."},
    {.key = "nacos.prometheus.metrics.enabled", .field = &Settings::prometheus_enabled, .fallback = "false",
     .help = "Serves every instance as a target at /nacos/prometheus, to anybody."},

    {.key = "nacos.config.push.batchSize", .field = &Settings::config_push_batch, .fallback = "20", .low = 1,
     .high = 10'000,
     .help = "Configurations in one push to a client that watches by a pattern."},
    {.key = "nacos.config.fuzzy.watch.max.pattern.count", .field = &Settings::config_fuzzy_patterns,
     .fallback = "20", .low = 1, .high = 1000,
     .help = "Different patterns by which configurations are watched, of all clients together."},
    {.key = "nacos.config.fuzzy.watch.max.pattern.match.config.count", .field = &Settings::config_fuzzy_matches,
     .fallback = "500", .low = 1, .high = 100'000,
     .help = "Configurations that one pattern may match; further ones are not told."},
    {.key = "nacos.naming.fuzzy.watch.max.pattern.count", .field = &Settings::naming_fuzzy_patterns,
     .fallback = "20", .low = 1, .high = 1000,
     .help = "Different patterns by which services are watched, of all clients together."},
    {.key = "nacos.naming.fuzzy.watch.max.pattern.match.service.count", .field = &Settings::naming_fuzzy_matches,
     .fallback = "500", .low = 1, .high = 100'000,
     .help = "Services that one pattern may match; further ones are not told."},

    // Locks
    {.key = "nacos.lock.default_expire_time", .field = &Settings::lock_default_time, .fallback = "30000", .low = 1,
     .high = 24 * kHour, .bare_milliseconds = true,
     .help = "How long a lock is held whose client asks for no time."},
    {.key = "nacos.lock.max_expire_time", .field = &Settings::lock_max_time, .fallback = "1800000", .low = 1,
     .high = 365 * 24 * kHour, .bare_milliseconds = true,
     .help = "How long a lock is held at most, whatever its client asks for."},
    {.key = "nacos.config.retention.days", .field = &Settings::config_retention_days, .fallback = "30", .low = 1,
     .high = 36'500,
     .help = "Days that the history of configurations is kept, of one configuration at most its newest hundred or so "
             "entries."},
    {.key = "nacos.config.gray.version.max.count", .field = &Settings::config_grays_max, .fallback = "10",
     .low = 1, .high = 100,
     .help = "Gray releases (beta, tags) that one configuration may have."},
    {.key = "nacos.config.search.max_capacity", .field = &Settings::config_search_queue, .fallback = "4", .low = 1,
     .high = 32,
     .help = "Searches by content, and lists of v3, that may wait; more are refused."},
    {.key = "nacos.config.search.max_thread", .field = &Settings::config_search_threads, .fallback = "2", .low = 1,
     .high = 16,
     .help = "Searches that may be under way beside those that wait. One thread does the work of all."},
    {.key = "nacos.config.search.wait_timeout", .field = &Settings::config_search_wait, .fallback = "8000",
     .low = 100, .high = 10 * kMinute, .bare_milliseconds = true,
     .help = "Time within which a search must have begun, else it is refused."},
    {.key = "nacos.config.capacity.managed", .field = &Settings::capacity_managed, .fallback = "true",
     .also = {"isManageCapacity"},
     .help = "Whether limits of groups and namespaces are looked at at all."},
    {.key = "nacos.config.capacity.limit-check", .field = &Settings::capacity_checked, .fallback = "false",
     .also = {"isCapacityLimitCheck"},
     .help = "Whether publishing beyond a limit is refused."},
    {.key = "nacos.config.capacity.cluster-quota", .field = &Settings::capacity_cluster_quota, .fallback = "100000",
     .low = 1, .high = 100'000'000, .also = {"defaultClusterQuota"},
     .help = "Configurations in all, where limits are checked."},
    {.key = "nacos.config.capacity.group-quota", .field = &Settings::capacity_group_quota, .fallback = "200",
     .low = 1, .high = 100'000'000, .also = {"defaultGroupQuota"},
     .help = "Configurations of a group of the public namespace that has no quota of its own."},
    {.key = "nacos.config.capacity.namespace-quota", .field = &Settings::capacity_namespace_quota, .fallback = "200",
     .low = 1, .high = 100'000'000, .also = {"defaultTenantQuota"},
     .help = "Configurations of another namespace that has no quota of its own."},
    {.key = "nacos.config.capacity.max-size", .field = &Settings::capacity_max_size, .fallback = "100KiB", .low = 1,
     .high = kGiB, .also = {"defaultMaxSize"},
     .help = "Content of one configuration, where limits are checked."},
    {.key = "nacos.config.capacity.max-aggr-count", .field = &Settings::capacity_max_aggr_count, .fallback = "10000",
     .low = 1, .high = 100'000'000, .also = {"defaultMaxAggrCount"},
     .help = "Told with capacities; there are no aggregates to count."},
    {.key = "nacos.config.capacity.max-aggr-size", .field = &Settings::capacity_max_aggr_size, .fallback = "1KiB",
     .low = 1, .high = kGiB, .also = {"defaultMaxAggrSize"},
     .help = "Told with capacities; there are no aggregates to measure."},
    {.key = "nacos.config.capacity.initial-expansion-percent", .field = &Settings::capacity_expansion_percent,
     .fallback = "100", .low = 0, .high = 10'000, .also = {"initialExpansionPercent"},
     .help = "Room that a group or namespace gets when its quota is used up before limits are checked for the first "
             "time, in percent of the quota."},
};
// clang-format on

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> kAll = [] {
    std::vector<Row> all(std::begin(kRows), std::end(kRows));
    for (const std::span<const Row> more : {network_rows(), std::span<const Row>(kLaterRows), planned_rows()})
      std::ranges::copy(more, std::back_inserter(all));
    return all;
  }();
  return kAll;
}

Settings::Settings() {
  for (const Row& row : rows()) {
    if (row.is_built()) BATATA_ASSERT(set_value(row, row.fallback, *this).has_value());
  }
}

}  // namespace batata::platform
