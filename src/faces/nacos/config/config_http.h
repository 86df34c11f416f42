#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "cluster/watches.h"
#include "domain/config/config_service.h"
#include "faces/nacos/common/listening.h"
#include "faces/nacos/config/config_polls.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::nacos {

/// Configs over HTTP: v1 with its long poll, v2, and the client's part of v3.
/// Source: upstream's ConfigController (v1, 2.5.1), ConfigControllerV2 (2.5.1), ConfigOpenApiController (v3).
class ConfigHttp {
 public:
  ConfigHttp(Runtime& runtime, cluster::Watches& watches, domain::ConfigService& configs, ConfigPolls& polls)
      : runtime_(runtime), watches_(watches), configs_(configs), polls_(polls) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigHttp>> rows();
  /// The answers of these families to what no row matches.
  void add_fallbacks(wire::Router& router) const;

  /// Bounds of a long poll. Source: upstream's LongPollingService; the upper one is ours, against forgotten
  /// polls.
  static constexpr Duration kHoldMin = std::chrono::seconds(10);
  static constexpr Duration kHoldMax = std::chrono::minutes(2);
  static constexpr std::size_t kPollsMax = 100'000;  ///< held at a time; a few KB each
  static constexpr Duration kAnswerBefore = std::chrono::milliseconds(500);

 private:
  wire::Response get_v1(const wire::Request& request) const;
  wire::Response options_v1(const wire::Request& request) const;
  Task<wire::Response> publish_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> listen_v1(wire::Request request, cluster::Context context);

  wire::Response get_v2(const wire::Request& request) const;
  Task<wire::Response> publish_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_v2(wire::Request request, cluster::Context context);

  wire::Response get_v3(const wire::Request& request) const;

  /// What a request of v1 or v2 reads: by its `tag`, else by the header Vipserver-Tag, and by its address.
  std::optional<domain::Reading> read(const wire::Request& request, const domain::ConfigId& id) const;
  std::vector<const Listening*> changed(const std::vector<Listening>& listenings,
                                        const domain::Reader& reader) const;
  wire::Response probe(const wire::Request& request, const std::vector<Listening>& listenings) const;

  Runtime& runtime_;
  cluster::Watches& watches_;
  domain::ConfigService& configs_;
  ConfigPolls& polls_;
};

}  // namespace batata::nacos
