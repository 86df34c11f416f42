#pragma once
#include "domain/access/sign_ins.h"
#include "domain/config/config_service.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/face.h"
#include "net/limits.h"
#include "platform/ldap/ldap_directory.h"
#include "platform/settings/settings.h"
#include "replica/node.h"

namespace batata::app {

/// What each part of a node takes from the settings.

/// What clients may cost. Raises this process's limit of descriptors, which bounds connections: a part of it
/// is kept for the log's and the state's files, for probes and directories, and for those who are told that
/// they are too many.
[[nodiscard]] net::Limits net_limits(const platform::Settings& settings);
[[nodiscard]] nacos::PushTimes push_times(const platform::Settings& settings);
[[nodiscard]] nacos::LockTimes lock_times(const platform::Settings& settings);
[[nodiscard]] nacos::FuzzyLimits config_fuzzy(const platform::Settings& settings);
[[nodiscard]] nacos::FuzzyLimits naming_fuzzy(const platform::Settings& settings);
[[nodiscard]] replica::NodeOptions node_options(const platform::Settings& settings);
[[nodiscard]] domain::ConfigOptions config_options(const platform::Settings& settings);
[[nodiscard]] domain::DiscoveryTimes discovery_times(const platform::Settings& settings);
[[nodiscard]] domain::SearchLimits search_limits(const platform::Settings& settings);
[[nodiscard]] domain::CapacityRules capacity_rules(const platform::Settings& settings);
[[nodiscard]] domain::LockoutLimits lockout_limits(const platform::Settings& settings);
[[nodiscard]] platform::LdapOptions ldap_options(const platform::Settings& settings);

}  // namespace batata::app
