#include "domain/namespaces/namespace_record.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

const Namespace kOne{"dev", "Development", "for developers", WallTime{1'700'000'000'000}, WallTime{-1}};

TEST(NamespaceRecord, IsReadAsItWasWritten) {
  for (const auto& description : {std::optional<std::string>("for developers"),
                                  std::optional<std::string>(""), std::optional<std::string>()}) {
    Namespace one = kOne;
    one.description = description;
    const auto read = decode_namespace(namespace_key("dev"), encode_namespace(one));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, one);
  }
}

TEST(NamespaceRecord, IsRefusedWhenItIsCutOrLonger) {
  const std::string value = encode_namespace(kOne);
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(decode_namespace("namespace/dev", std::string_view(value).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_namespace("namespace/dev", value + "x"));
}

TEST(NamespaceRecord, IsRefusedUnderAnotherVersionKeyOrMark) {
  std::string value = encode_namespace(kOne);
  EXPECT_FALSE(decode_namespace("config/dev", value));
  value[0] = 2;
  EXPECT_FALSE(decode_namespace("namespace/dev", value));
  value = encode_namespace({"a", "", {}, {}, {}});
  value[2] = 7;  // neither with a description nor without
  EXPECT_FALSE(decode_namespace("namespace/a", value));
}

TEST(NamespaceKeys, AreThoseOfTheRange) {
  EXPECT_TRUE(all_namespaces().contains(namespace_key("a")));
  EXPECT_FALSE(all_namespaces().contains("namespaces"));
  EXPECT_FALSE(all_namespaces().contains("config/a"));
}

}  // namespace
}  // namespace batata::domain
