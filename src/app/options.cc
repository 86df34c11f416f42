#include "app/options.h"

#include <algorithm>

#include "base/log.h"
#include "platform/runtime/descriptors.h"

namespace batata::app {
namespace {

// Of so many descriptors, those that clients may have. The rest is for the log's and the state's files, for
// probes and directories, and for those who are told that they are too many.
std::size_t descriptors_for_clients(std::size_t descriptors) {
  constexpr std::size_t kLeast = 128, kMost = 4096;
  const std::size_t kept = std::clamp(descriptors / 8, kLeast, kMost);
  return descriptors > 2 * kept ? descriptors - kept : std::max<std::size_t>(descriptors / 2, 1);
}

net::Limits connection_limits(const platform::Settings& settings) {
  const std::size_t most = descriptors_for_clients(platform::raise_descriptor_limit());
  net::Limits limits;
  limits.connections =
      settings.max_connections == 0 ? most : std::min<std::size_t>(settings.max_connections, most);
  if (settings.max_connections > most)
    log::warn("batata.net.max-connections is more than the limit of descriptors allows connections={}", most);
  limits.connections_per_address = settings.max_connections_per_address != 0
                                       ? settings.max_connections_per_address
                                       : std::max<std::size_t>(limits.connections / 2, 1);
  return limits;
}

}  // namespace

net::Limits net_limits(const platform::Settings& settings) {
  net::Limits limits = connection_limits(settings);
  limits.header_bytes = settings.max_header_bytes;
  limits.headers = settings.max_headers;
  limits.unsent_bytes = settings.max_unsent_per_connection;
  limits.body_bytes = settings.max_body_bytes;
  limits.message_bytes = settings.grpc_max_message_bytes;
  limits.streams = settings.max_streams;
  limits.header_timeout = settings.header_timeout;
  limits.handshake_timeout = settings.handshake_timeout;
  limits.idle_timeout = settings.idle_timeout;
  limits.stall_timeout = settings.stall_timeout;
  limits.stream_keep_alive = settings.stream_keep_alive;
  limits.transfer_rate = settings.min_transfer_rate;
  limits.take_rate = settings.min_take_rate;
  limits.unpack_ratio = settings.max_unpack_ratio;
  limits.pack_from_bytes = settings.gzip_min_bytes;
  limits.pack_to_bytes = settings.gzip_max_bytes;
  limits.ping_interval = settings.grpc_keep_alive_time;
  limits.ping_timeout = settings.grpc_keep_alive_timeout;
  limits.stream_unsent_bytes = settings.max_unsent_per_stream;
  // One body or message must fit, with the head that belongs to it.
  limits.unfinished_bytes =
      std::max<std::size_t>(settings.max_unfinished_per_connection,
                            std::max(limits.body_bytes, limits.message_bytes) + limits.header_bytes);
  return limits;
}

nacos::PushTimes push_times(const platform::Settings& settings) {
  return {.naming_delay = settings.naming_push_delay,
          .naming_timeout = settings.naming_push_timeout,
          .naming_retry_delay = settings.naming_push_retry_delay,
          .config_tries_max = static_cast<int>(settings.config_push_max_retries)};
}

nacos::LockTimes lock_times(const platform::Settings& settings) {
  return {.fallback = settings.lock_default_time, .max = settings.lock_max_time};
}

nacos::FuzzyLimits config_fuzzy(const platform::Settings& settings) {
  return {.patterns = settings.config_fuzzy_patterns,
          .matches = settings.config_fuzzy_matches,
          .batch = settings.config_push_batch};
}
nacos::FuzzyLimits naming_fuzzy(const platform::Settings& settings) {
  constexpr std::size_t kBatch = 10;  // upstream has no setting for it
  return {
      .patterns = settings.naming_fuzzy_patterns, .matches = settings.naming_fuzzy_matches, .batch = kBatch};
}

replica::NodeOptions node_options(const platform::Settings& settings) {
  replica::NodeOptions options;
  options.segment_bytes = settings.raft_segment_bytes;
  options.flush_after_bytes = settings.state_flush_bytes;
  options.history = {.events = settings.history_events, .age = settings.history_age};
  options.free_bytes_min = settings.disk_free_bytes_min;
  return options;
}

domain::ConfigOptions config_options(const platform::Settings& settings) {
  return {.history_retention = std::chrono::days(settings.config_retention_days),
          .grays_max = settings.config_grays_max};
}

domain::DiscoveryTimes discovery_times(const platform::Settings& settings) {
  return {.empty_service = settings.empty_service_time, .expired_metadata = settings.expired_metadata_time};
}

domain::SearchLimits search_limits(const platform::Settings& settings) {
  return {.queued = settings.config_search_queue,
          .running = settings.config_search_threads,
          .wait = settings.config_search_wait};
}

domain::CapacityRules capacity_rules(const platform::Settings& settings) {
  const auto number = [](std::uint32_t setting) { return static_cast<std::int32_t>(setting); };
  return {.is_managed = settings.capacity_managed,
          .is_checked = settings.capacity_checked,
          .cluster_quota = number(settings.capacity_cluster_quota),
          .group_quota = number(settings.capacity_group_quota),
          .namespace_quota = number(settings.capacity_namespace_quota),
          .max_size = static_cast<std::int32_t>(settings.capacity_max_size),
          .max_aggr_count = number(settings.capacity_max_aggr_count),
          .max_aggr_size = static_cast<std::int32_t>(settings.capacity_max_aggr_size),
          .initial_expansion_percent = number(settings.capacity_expansion_percent)};
}

domain::LockoutLimits lockout_limits(const platform::Settings& settings) {
  return {.failures_max = settings.lockout_failures,
          .first_lock = settings.lockout_first_time,
          .lock_max = settings.lockout_max_time,
          .forgotten_after = settings.lockout_memory};
}

platform::LdapOptions ldap_options(const platform::Settings& settings) {
  return {.url = settings.ldap_url,
          .base = settings.ldap_base,
          .user_dn = settings.ldap_user_dn.empty() ? "cn=admin," + settings.ldap_base : settings.ldap_user_dn,
          .password = Secret(std::string(settings.ldap_password)),
          .filter_prefix = settings.ldap_filter_prefix,
          .case_sensitive = settings.ldap_case_sensitive,
          .ignore_partial = settings.ldap_ignore_partial,
          .timeout = settings.ldap_timeout};
}

}  // namespace batata::app
