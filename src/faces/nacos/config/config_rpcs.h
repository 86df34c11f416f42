#pragma once
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/config/config_service.h"
#include "faces/nacos/config/config_hub.h"
#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {

/// Configs over gRPC: query, publish, remove, listen.
/// Source: upstream's ConfigQueryRequestHandler, ConfigPublishRequestHandler, ConfigRemoveRequestHandler and
/// ConfigChangeBatchListenRequestHandler.
class ConfigRpcs {
 public:
  ConfigRpcs(Runtime& runtime, domain::ConfigService& configs, ConfigHub& hub)
      : runtime_(runtime), configs_(configs), hub_(hub) {}

  /// The rows. They refer to this object, which must outlive them.
  [[nodiscard]] std::vector<Rpc> rows();

 private:
  struct PublishRequest {
    domain::Publish publish;
    std::optional<std::string> data_id, group, content;  // as sent: upstream tells null from blank
    std::string tag, beta_ips;
    std::string principal;
  };
  struct RemoveRequest {
    std::optional<std::string> data_id, group;
    std::string tenant, tag;
    std::string principal;
  };
  struct Listening {
    std::optional<std::string> data_id, group, tenant, md5;
  };
  struct ListenRequest {
    bool listen = true;
    std::string address, tag;  // of who listens, as gray rules see it
    std::vector<Listening> configs;
  };
  static Result<PublishRequest> decode_publish(const RpcCall& call);
  static Result<RemoveRequest> decode_remove(const RpcCall& call);
  static Result<ListenRequest> decode_listen(const RpcCall& call);

  Result<RpcAnswer> query(const RpcCall& call) const;
  Task<RpcAnswer> publish(ConnectionPtr connection, PublishRequest request);
  Task<RpcAnswer> remove(ConnectionPtr connection, RemoveRequest request);
  Task<RpcAnswer> listen(ConnectionPtr connection, ListenRequest request);

  Runtime& runtime_;
  domain::ConfigService& configs_;
  ConfigHub& hub_;
};

}  // namespace batata::nacos
