#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string_view>

namespace batata::log {

/// The folders of src/ as a filter names them, in their order; the last one stands for code outside of src/
/// (tests). A line in a folder that is not here does not compile.
inline constexpr auto kModuleNames = std::to_array<std::string_view>({
    "app",
    "async",
    "base",
    "cli",
    "cli.access",
    "cli.common",
    "cli.config",
    "cli.directories",
    "cli.profiles",
    "cli.service",
    "cluster",
    "domain.access",
    "domain.config",
    "domain.coordination",
    "domain.discovery",
    "domain.namespaces",
    "faces.batata",
    "faces.common",
    "faces.grpc",
    "faces.nacos",
    "faces.nacos.access",
    "faces.nacos.common",
    "faces.nacos.config",
    "faces.nacos.core",
    "faces.nacos.grpc",
    "faces.nacos.naming",
    "net",
    "net.client",
    "net.egress",
    "net.outbound",
    "net.tls",
    "platform.archive",
    "platform.certificates",
    "platform.digest",
    "platform.gzip",
    "platform.ldap",
    "platform.library",
    "platform.log",
    "platform.passwords",
    "platform.probes",
    "platform.runtime",
    "platform.secrets",
    "platform.service_manager",
    "platform.settings",
    "platform.signals",
    "platform.storage",
    "raft",
    "registry",
    "replica",
    "store",
    "wire",
    "other",
});

/// A folder of the source, found while the code is compiled: what a line belongs to. A plain number.
struct Module {
  std::uint8_t index = kModuleNames.size() - 1;

  [[nodiscard]] constexpr std::string_view name() const { return kModuleNames[index]; }
  constexpr bool operator==(const Module&) const = default;

  /// That of the file at `where`; empty: it is in a folder of src/ without a row above.
  static consteval std::optional<Module> of(const std::source_location& where);
};

namespace detail {

// True where `file` lies in the folder that a module names: "net/tls/" for "net.tls", not for "net".
constexpr bool is_in(std::string_view file, std::string_view module) {
  if (file.size() <= module.size() || file[module.size()] != '/') return false;
  for (std::size_t i = 0; i < module.size(); ++i) {
    if (file[i] != (module[i] == '.' ? '/' : module[i])) return false;
  }
  return file.find('/', module.size() + 1) == std::string_view::npos;
}

// Where src/ is, as the compiler spells it: before the path of this file in it.
consteval std::string_view source_root() {
  std::string_view here = std::source_location::current().file_name();
  here.remove_suffix(std::string_view("base/log_module.h").size());
  return here;
}

}  // namespace detail

consteval std::optional<Module> Module::of(const std::source_location& where) {
  std::string_view file = where.file_name();
  if (!file.starts_with(detail::source_root())) return Module{};
  file.remove_prefix(detail::source_root().size());
  for (std::size_t i = 0; i + 1 < kModuleNames.size(); ++i) {
    if (detail::is_in(file, kModuleNames[i])) return Module{static_cast<std::uint8_t>(i)};
  }
  return std::nullopt;
}

}  // namespace batata::log
