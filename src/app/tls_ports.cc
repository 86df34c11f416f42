#include "app/tls_ports.h"

#include <chrono>
#include <cstdint>
#include <system_error>
#include <utility>

#include "async/sleep.h"
#include "base/log.h"

namespace batata::app {
namespace {

constexpr auto kLookEvery = std::chrono::seconds(5);
constexpr auto kLooksPerTicketKey = std::chrono::hours(12) / kLookEvery;

net::ClientCertificates client_certificates(const std::string& setting) {
  if (setting == "required") return net::ClientCertificates::kRequired;
  return setting == "optional" ? net::ClientCertificates::kOptional : net::ClientCertificates::kNotAsked;
}

net::TlsOptions options_of_both(const platform::Settings& settings) {
  return {.certificate_file = settings.tls_certificate,
          .key_file = settings.tls_key,
          .key_password = Secret(std::string(settings.tls_key_password)),
          .authorities_file = settings.tls_authorities,
          .clients = client_certificates(settings.tls_client_certificates),
          .only_1_3 = settings.tls_min_version == "1.3",
          .ciphers = settings.tls_ciphers};
}

net::TlsOptions options_of_sdk(const platform::Settings& settings) {
  const bool asks = settings.sdk_tls_mutual && !settings.sdk_tls_trusts_all;
  return {.certificate_file = settings.sdk_tls_certificate,
          .key_file = settings.sdk_tls_key,
          .key_password = Secret(std::string(settings.sdk_tls_key_password)),
          .authorities_file = settings.sdk_tls_authorities,
          .clients = asks ? net::ClientCertificates::kRequired : net::ClientCertificates::kNotAsked,
          .only_1_3 = settings.sdk_tls_protocols == "TLSv1.3",
          .ciphers = settings.sdk_tls_ciphers};
}

Status check_files(const net::TlsOptions& options, const std::string& certificate_key,
                   const std::string& key_key) {
  if (options.certificate_file.empty())
    return fail(Errc::kInvalidArgument, certificate_key +
                                            " is empty: TLS needs the file of a certificate, such as "
                                            "`batata tls cert create` makes");
  if (options.key_file.empty())
    return fail(Errc::kInvalidArgument,
                key_key + " is empty: TLS needs the file of the certificate's private key");
  return {};
}

}  // namespace

Result<TlsPorts> TlsPorts::open(const platform::Settings& settings) {
  TlsPorts ports;
  if (settings.tls_enabled) {
    auto options = options_of_both(settings);
    if (auto good = check_files(options, "batata.tls.certificate", "batata.tls.key"); !good)
      return tl::unexpected(std::move(good.error()));
    auto port = ports.open_port(std::move(options), settings.tls_compatible);
    if (!port) return fail(std::move(port.error()), "batata.tls");
    ports.main_ = ports.sdk_ = *port;
  }
  if (settings.sdk_tls_enabled) {
    const std::string prefix = "nacos.remote.server.rpc.tls";
    if (settings.sdk_tls_mutual && settings.sdk_tls_trusts_all)
      log::warn("{}.trustAll takes any certificate: SDKs are asked for none", prefix);
    auto options = options_of_sdk(settings);
    if (auto good = check_files(options, prefix + ".certChainFile", prefix + ".certPrivateKey"); !good)
      return tl::unexpected(std::move(good.error()));
    auto port = ports.open_port(std::move(options), settings.sdk_tls_compatible);
    if (!port) return fail(std::move(port.error()), prefix);
    ports.sdk_ = *port;
  }
  return ports;
}

Result<TlsPorts::Port> TlsPorts::open_port(net::TlsOptions options, bool also_plain) {
  std::vector<std::string> files = {options.certificate_file, options.key_file};
  if (!options.authorities_file.empty()) files.push_back(options.authorities_file);
  Stamp stamp = stamp_of(files);  // before they are read: what changes meanwhile is read again
  auto context = net::TlsContext::open(std::move(options));
  if (!context) return tl::unexpected(std::move(context.error()));
  watched_->push_back({*context, std::move(files), std::move(stamp)});
  return Port{*context, also_plain};
}

TlsPorts::Stamp TlsPorts::stamp_of(const std::vector<std::string>& files) {
  Stamp stamp;
  for (const auto& file : files) {
    std::error_code none;
    stamp.push_back(
        std::filesystem::last_write_time(file, none));  // a file that is away has a time of its own
  }
  return stamp;
}

void TlsPorts::refresh(std::vector<Watched>& watched, bool all) {
  for (auto& each : watched) {
    Stamp stamp = stamp_of(each.files);
    const bool changed = stamp != each.stamp;
    if (!changed && !all) continue;
    each.stamp = std::move(stamp);
    if (const auto reloaded = each.context->reload(); !reloaded) {
      log::error("certificate not read again, the one before stays: {}", reloaded.error().message);
    } else if (changed) {
      log::info("certificate read again file={}", each.files.front());
    }
  }
}

Task<void> TlsPorts::keep_fresh(Runtime& runtime, Executor& executor) const {
  if (watched_->empty()) co_return;
  for (std::int64_t looks = 1;; ++looks) {
    co_await sleep_for(runtime, kLookEvery);
    const bool all = looks % kLooksPerTicketKey == 0;
    co_await run_elsewhere<bool>(runtime, executor, [watched = watched_, all] {
      refresh(*watched, all);
      return true;
    });
  }
}

}  // namespace batata::app
