#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/log.h"

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
  bool standalone = false;                 ///< always true in this version
  bool auth_enabled = false;               ///< always false in this version
  std::chrono::milliseconds drain_time{};  ///< how long a stopping server waits for running requests

  // Log
  log::Level log_level = log::Level::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::string log_file;  ///< empty: standard error only
  std::uint64_t log_file_bytes = 0;
  std::uint32_t log_files = 0;

  // Network
  std::uint32_t io_threads = 0;  ///< 0: one for each core; who starts the threads finds the number
  std::uint64_t max_header_bytes = 0;
  std::uint64_t max_body_bytes = 0;
  std::uint32_t max_streams = 0;
  std::chrono::milliseconds header_timeout{};
  std::chrono::milliseconds stall_timeout{};
  std::chrono::milliseconds idle_timeout{};
  std::uint64_t grpc_max_message_bytes = 0;
  std::chrono::milliseconds grpc_keep_alive_time{};
  std::chrono::milliseconds grpc_keep_alive_timeout{};

  // Naming and configuration
  std::chrono::milliseconds naming_push_delay{};
  std::chrono::milliseconds naming_push_timeout{};
  std::chrono::milliseconds naming_push_retry_delay{};
  std::uint32_t config_push_max_retries = 0;
  std::uint32_t config_retention_days = 0;
  std::uint32_t config_grays_max = 0;  ///< of one configuration
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
