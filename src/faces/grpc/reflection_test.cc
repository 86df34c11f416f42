#include "faces/grpc/reflection.h"

#include <gtest/gtest.h>

#include <map>

#include "base/protobuf.h"
#include "faces/common/proto_schema.h"
#include "sim/fake_transport.h"

namespace batata::grpc {
namespace {

using protobuf::put_bytes;

// A question: the field of message_request, and its text.
std::string question(std::uint32_t field, std::string_view text) {
  std::string out;
  put_bytes(out, field, text);
  return out;
}

std::vector<std::string> schema() {
  return {proto::encode({.name = "base.proto", .messages = {{.name = "Base"}}}),
          proto::encode({.name = "shop.proto",
                         .package = "shop.v1",
                         .imports = {"base.proto"},
                         .messages = {{.name = "Order", .nested = {{.name = "Line"}}}},
                         .services = {{"Orders", {{"Get", ".shop.v1.Order", ".Base"}}}}})};
}

class ReflectionTest : public testing::Test {
 protected:
  // The texts of the answer's fields by number; those of files by their names.
  std::multimap<std::uint32_t, std::string> answer(const std::string& message) {
    std::multimap<std::uint32_t, std::string> out;
    const auto bytes = reflection_.answer(message);
    if (!bytes) return {{0, "none"}};
    protobuf::Fields fields(*bytes);
    while (fields.next())
      for (std::uint32_t number = 1; number <= 7; ++number)
        if (fields.is(number)) out.emplace(number, fields.bytes());
    EXPECT_TRUE(fields.ok());
    return out;
  }
  static std::string names_in(std::string_view list) {
    std::string names;
    protobuf::Fields fields(list);
    while (fields.next()) {
      protobuf::Fields entry(fields.bytes());
      while (entry.next())
        if (entry.is(1)) names.append(entry.bytes()).append(" ");
    }
    return names;
  }
  std::string files(std::uint32_t field, std::string_view text) {
    const auto got = answer(question(field, text));
    const auto found = got.find(4);
    return found == got.end() ? "" : names_in(found->second);
  }
  // The code of the error answer.
  int error(std::uint32_t field, std::string_view text) {
    const auto got = answer(question(field, text));
    const auto found = got.find(7);
    return found == got.end() ? 0 : found->second.at(1);
  }

  Reflection reflection_{schema()};
};

TEST_F(ReflectionTest, ListsTheServicesThatItHasAndItsOwn) {
  const auto got = answer(question(7, "*"));
  EXPECT_EQ(names_in(got.find(6)->second),
            "grpc.health.v1.Health grpc.reflection.v1.ServerReflection "
            "grpc.reflection.v1alpha.ServerReflection shop.v1.Orders ");
}

TEST_F(ReflectionTest, GivesAFileAndWhatItImportsByNameAndBySymbol) {
  EXPECT_EQ(files(3, "shop.proto"), "shop.proto base.proto ");
  EXPECT_EQ(files(3, "base.proto"), "base.proto ");
  for (const char* symbol : {"shop.v1.Orders", "shop.v1.Orders.Get", "shop.v1.Order", "shop.v1.Order.Line"})
    EXPECT_EQ(files(4, symbol), "shop.proto base.proto ") << symbol;
  EXPECT_EQ(files(4, "Base"), "base.proto ");
  EXPECT_EQ(files(4, "grpc.health.v1.HealthCheckResponse.ServingStatus"), "grpc/health/v1/health.proto ");
}

TEST_F(ReflectionTest, SaysWhatItDoesNotKnow) {
  constexpr int kNotFound = 5, kInvalidArgument = 3;
  EXPECT_EQ(error(3, "none.proto"), kNotFound);
  EXPECT_EQ(error(3, ""), kNotFound);
  EXPECT_EQ(error(4, "shop.v1"), kNotFound);
  EXPECT_EQ(error(5, question(1, "shop.v1.Order")), kNotFound);
  EXPECT_EQ(error(6, "shop.v1.Nothing"), kNotFound);
  EXPECT_EQ(error(1, "a host alone"), kInvalidArgument);
}

TEST_F(ReflectionTest, AKnownMessageHasNoExtensions) {
  const auto got = answer(question(6, "shop.v1.Order"));
  EXPECT_EQ(got.find(5)->second, question(1, "shop.v1.Order"));
}

TEST_F(ReflectionTest, AnswersCarryTheHostAndTheQuestion) {
  const std::string asked = question(1, "example") + question(7, "");
  const auto got = answer(asked);
  EXPECT_EQ(got.find(1)->second, "example");
  EXPECT_EQ(got.find(2)->second, asked);
}

TEST_F(ReflectionTest, AStreamAnswersEachMessageAndEndsWithWhatIsNone) {
  const auto methods = reflection_.methods();
  ASSERT_EQ(methods.size(), 2u);
  EXPECT_EQ(methods[0].path, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  EXPECT_EQ(methods[1].path, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  for (const auto& method : methods) {
    const auto transport = std::make_shared<sim::FakeTransport>("127.0.0.1", 1, WallTime{});
    const auto duplex = std::make_shared<sim::FakeDuplex>();
    const auto handler = method.stream(transport, duplex);
    handler->message(question(7, ""));
    handler->message(question(3, "none"));
    EXPECT_EQ(duplex->sent.size(), 2u);
    EXPECT_FALSE(duplex->finished);
    handler->message("\x0a\x7f");
    EXPECT_EQ(duplex->sent.size(), 2u);
    EXPECT_EQ(duplex->final_status.code, wire::GrpcCode::kInternal);
  }
}

}  // namespace
}  // namespace batata::grpc
