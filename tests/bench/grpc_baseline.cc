// The yardstick of what goes over gRPC, but for publishes: the least that answers the same calls, on grpc++'s
// callback API.
//
//   grpc_baseline PORT KEYS VALUE_BYTES [no-pushes]
//
// It holds KEYS configs of VALUE_BYTES in a map, answers every set-up and check with success, and pushes each
// published config to every open stream. Every query of a service gets the same ten instances; a register is
// answered and forgotten, and is pushed to every open stream once anybody has subscribed to anything, unless
// there shall be no pushes. No validation, no storage, no acknowledgements kept: less work than any server
// that is of use.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "nacos.grpc.pb.h"
#include "payload.h"

namespace batata::bench {
namespace {

constexpr std::string_view kSucceeded = "{\"resultCode\":200,\"errorCode\":0,\"success\":true";

using SharedPayload = std::shared_ptr<const Payload>;

Payload payload_of(std::string type, std::string json) {
  Payload payload;
  payload.mutable_metadata()->set_type(std::move(type));
  payload.mutable_body()->set_value(std::move(json));
  return payload;
}

/// A service as an answer or a push has it, of the length that batata's has.
std::string service_info(int instances, const std::string& port) {
  std::string hosts;
  for (int i = 0; i < instances; ++i) {
    const std::string ip = "10.0.0." + std::to_string(i);
    hosts +=
        std::string(hosts.empty() ? "" : ",") + "{\"instanceId\":\"" + ip + "#" + port +
        "#DEFAULT#bench@@bench-service\",\"ip\":\"" + ip + "\",\"port\":" + port +
        ",\"weight\":1.0,\"healthy\":true,\"enabled\":true,\"ephemeral\":true,\"clusterName\":\"DEFAULT\","
        "\"serviceName\":\"bench@@bench-service\",\"metadata\":{\"preserved.register.source\":"
        "\"SPRING_CLOUD\"},\"instanceHeartBeatInterval\":5000,\"instanceHeartBeatTimeOut\":15000,"
        "\"ipDeleteTimeout\":30000}";
  }
  return "\"serviceInfo\":{\"name\":\"bench-service\",\"groupName\":\"bench\",\"clusters\":\"\","
         "\"cacheMillis\":10000,\"hosts\":[" +
         hosts +
         "],\"lastRefTime\":1700000000000,\"checksum\":\"\",\"allIPs\":false,"
         "\"reachProtectionThreshold\":false,\"valid\":true}";
}

/// The digits after `"port":`.
std::string port_in(std::string_view json) {
  constexpr std::string_view kPort = "\"port\":";
  const auto at = json.find(kPort);
  if (at == std::string_view::npos) return "0";
  json.remove_prefix(at + kPort.size());
  return std::string(json.substr(0, json.find_first_not_of("0123456789")));
}

/// One open client stream. Owned by itself, as the callback API wants it.
class Stream;

/// The open streams. Any thread.
class Streams {
 public:
  void add(Stream* stream) {
    const std::lock_guard lock(mutex_);
    open_.insert(stream);
  }
  void remove(Stream* stream) {
    const std::lock_guard lock(mutex_);
    open_.erase(stream);
  }
  void push_to_all(const SharedPayload& payload);

 private:
  std::mutex mutex_;
  std::set<Stream*> open_;
};

class Stream final : public grpc::ServerBidiReactor<Payload, Payload> {
 public:
  explicit Stream(Streams& streams) : streams_(streams) {
    streams_.add(this);
    StartRead(&incoming_);
  }

  void push(SharedPayload payload) {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back(std::move(payload));
    if (outgoing_.size() == 1) StartWrite(outgoing_.front().get());
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      streams_.remove(this);
      Finish(grpc::Status::OK);
      return;
    }
    if (incoming_.metadata().type() == "ConnectionSetupRequest") {
      push(std::make_shared<Payload>(
          payload_of("SetupAckRequest", "{\"headers\":{},\"abilityTable\":{},\"module\":\"internal\"}")));
    }
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    outgoing_.pop_front();
    if (!ok) outgoing_.clear();
    if (!outgoing_.empty()) StartWrite(outgoing_.front().get());
  }

  void OnDone() override { delete this; }

 private:
  Streams& streams_;
  Payload incoming_;
  std::mutex mutex_;
  std::deque<SharedPayload> outgoing_;
};

void Streams::push_to_all(const SharedPayload& payload) {
  const std::lock_guard lock(mutex_);
  for (Stream* stream : open_) stream->push(payload);
}

class StreamService final : public ::BiRequestStream::CallbackService {
 public:
  explicit StreamService(Streams& streams) : streams_(streams) {}
  grpc::ServerBidiReactor<Payload, Payload>* requestBiStream(grpc::CallbackServerContext*) override {
    return new Stream(streams_);
  }

 private:
  Streams& streams_;
};

class RequestService final : public ::Request::CallbackService {
 public:
  RequestService(Streams& streams, std::uint64_t keys, std::size_t value_bytes, bool pushes_registers)
      : streams_(streams), ten_instances_(service_info(10, "8080")), pushes_registers_(pushes_registers) {
    for (std::uint64_t i = 0; i < keys; ++i) {
      const std::string data_id = "app-" + std::to_string(i);
      values_.emplace(data_id, value_of(i, value_bytes));
    }
  }

  grpc::ServerUnaryReactor* request(grpc::CallbackServerContext* context, const Payload* request,
                                    Payload* answer) override {
    *answer = answered(request->metadata().type(), request->body().value());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  Payload answered(std::string_view type, std::string_view json) {
    if (type == "ConfigQueryRequest") return query(json);
    if (type == "ServiceQueryRequest")
      return payload_of("QueryServiceResponse", std::string(kSucceeded) + "," + ten_instances_ + "}");
    if (type == "InstanceRequest") {
      if (has_subscribers_) push("NotifySubscriberRequest", service_info(1, port_in(json)), "naming");
      return payload_of("InstanceResponse", std::string(kSucceeded) + ",\"type\":\"registerInstance\"}");
    }
    if (type == "SubscribeServiceRequest") has_subscribers_ = pushes_registers_;
    if (type == "ConfigPublishRequest")
      push("ConfigChangeNotifyRequest", "\"dataId\":\"push\",\"group\":\"bench\"", "config");
    return payload_of("Response", std::string(kSucceeded) + "}");
  }

  void push(std::string type, const std::string& members, const std::string& module) {
    streams_.push_to_all(std::make_shared<Payload>(
        payload_of(std::move(type), "{\"headers\":{},\"requestId\":\"" + std::to_string(++pushes_) + "\"," +
                                        members + ",\"module\":\"" + module + "\"}")));
  }

  Payload query(std::string_view json) const {
    const auto found = values_.find(std::string(json_string(json, "dataId")));
    if (found == values_.end())
      return payload_of("ConfigQueryResponse", "{\"resultCode\":500,\"errorCode\":300}");
    return payload_of("ConfigQueryResponse",
                      "{\"resultCode\":200,\"errorCode\":0,\"content\":\"" + found->second +
                          "\",\"encryptedDataKey\":\"\",\"contentType\":\"text\",\"md5\":"
                          "\"0123456789abcdef0123456789abcdef\","
                          "\"lastModified\":1700000000000,\"tag\":null,\"beta\":false,\"success\":true}");
  }

  Streams& streams_;
  std::unordered_map<std::string, std::string> values_;
  const std::string ten_instances_;
  std::atomic<std::uint64_t> pushes_ = 0;
  const bool pushes_registers_;
  std::atomic<bool> has_subscribers_ = false;
};

int serve(const std::string& port, std::uint64_t keys, std::size_t value_bytes, bool pushes_registers) {
  Streams streams;
  RequestService requests(streams, keys, value_bytes, pushes_registers);
  StreamService stream_service(streams);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials());
  builder.RegisterService(&requests);
  builder.RegisterService(&stream_service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::puts("ready");
  std::fflush(stdout);
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  const bool no_pushes = argc == 5 && std::string_view(argv[4]) == "no-pushes";
  if (argc != 4 && !no_pushes) {
    std::fputs("usage: grpc_baseline PORT KEYS VALUE_BYTES [no-pushes]\n", stderr);
    return 2;
  }
  return batata::bench::serve(argv[1], std::strtoull(argv[2], nullptr, 10),
                              std::strtoull(argv[3], nullptr, 10), !no_pushes);
}
