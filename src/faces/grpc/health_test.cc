#include "faces/grpc/health.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "sim/fake_transport.h"

namespace batata::grpc {
namespace {

using wire::GrpcCode;

// Messages as grpc/health/v1/health.proto has them, written out.
const std::string kServing("\x08\x01", 2), kNotServing("\x08\x02", 2), kUnknownService("\x08\x03", 2);
std::string request_for(const std::string& service) {
  return service.empty() ? "" : std::string("\x0a") + static_cast<char>(service.size()) + service;
}

class HealthTest : public testing::Test {
 protected:
  struct Answer {
    GrpcCode code;
    std::string text, message;
    bool operator==(const Answer&) const = default;
  };
  wire::GrpcMethod& method(const std::string& name) {
    for (auto& method : methods_)
      if (method.path == "/grpc.health.v1.Health/" + name) return method;
    throw std::runtime_error("no method " + name);
  }
  Answer call(const std::string& name, const std::string& message) {
    Answer answer{GrpcCode::kUnknown, "no answer", ""};
    method(name).unary(transport_, message, [&](wire::GrpcStatus status, std::string reply) {
      answer = {status.code, status.message, std::move(reply)};
    });
    return answer;
  }

  static std::vector<wire::GrpcMethod> others() {
    std::vector<wire::GrpcMethod> methods(3);
    methods[0].path = "/Request/request";
    methods[1].path = "/shop.v1.Orders/Get";
    methods[2].path = "/shop.v1.Orders/List";
    return methods;
  }

  bool ready_ = true;
  Health health_{others(), [this] { return ready_; }};
  std::vector<wire::GrpcMethod> methods_ = health_.methods();
  std::shared_ptr<sim::FakeTransport> transport_ =
      std::make_shared<sim::FakeTransport>("127.0.0.1", 1, WallTime{});
};

TEST_F(HealthTest, CheckSaysWhetherTheServerAndAServiceOfItServe) {
  for (const std::string service : {"", "Request", "shop.v1.Orders", "grpc.health.v1.Health"}) {
    ready_ = true;
    EXPECT_EQ(call("Check", request_for(service)), (Answer{GrpcCode::kOk, "", kServing}));
    ready_ = false;
    EXPECT_EQ(call("Check", request_for(service)), (Answer{GrpcCode::kOk, "", kNotServing}));
  }
}

TEST_F(HealthTest, CheckDoesNotKnowOtherServices) {
  EXPECT_EQ(call("Check", request_for("request")), (Answer{GrpcCode::kNotFound, "unknown service", ""}));
}

TEST_F(HealthTest, WhatIsNoRequestIsRefused) {
  EXPECT_EQ(call("Check", "\x0a\x7f").code, GrpcCode::kInternal);
}

TEST_F(HealthTest, WatchTellsAtOnceAndStays) {
  for (const auto& [service, told] :
       {std::pair{"", kServing}, {"Request", kServing}, {"nobody", kUnknownService}}) {
    const auto duplex = std::make_shared<sim::FakeDuplex>();
    const auto watcher = method("Watch").stream(transport_, duplex);
    watcher->message(request_for(service));
    ASSERT_EQ(duplex->sent.size(), 1u);
    EXPECT_EQ(*duplex->sent[0], told);
    EXPECT_FALSE(duplex->finished);
    watcher->message(request_for(service));
    EXPECT_EQ(duplex->sent.size(), 1u);
  }
  const auto duplex = std::make_shared<sim::FakeDuplex>();
  method("Watch").stream(transport_, duplex)->message("\x0a\x7f");
  EXPECT_TRUE(duplex->finished);
  EXPECT_EQ(duplex->final_status.code, GrpcCode::kInternal);
}

TEST_F(HealthTest, ListHasEveryService) {
  const auto entry = [](const std::string& service) {
    const std::string value =
        "\x0a" + std::string(1, static_cast<char>(service.size())) + service + "\x12\x02" + kServing;
    return "\x0a" + std::string(1, static_cast<char>(value.size())) + value;
  };
  EXPECT_EQ(call("List", "").message,
            entry("") + entry("Request") + entry("grpc.health.v1.Health") + entry("shop.v1.Orders"));
}

}  // namespace
}  // namespace batata::grpc
