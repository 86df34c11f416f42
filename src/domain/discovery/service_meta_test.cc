#include "domain/discovery/service_meta.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

TEST(LabelSelector, NamesEachLabelOnceAndInOrder) {
  const auto labels = labels_of(
      "CONSUMER.label.zone = PROVIDER.label.zone & CONSUMER.label.a=PROVIDER.label.a"
      "&CONSUMER.label.zone=PROVIDER.label.zone");
  ASSERT_TRUE(labels);
  EXPECT_EQ(*labels, (std::vector<std::string>{"a", "zone"}));
  EXPECT_TRUE(labels_of("")->empty());
  EXPECT_TRUE(labels_of("  ")->empty());
}

TEST(LabelSelector, RefusesWhatIsNoComparisonOfOneLabel) {
  for (const char* text : {"x", "CONSUMER.label.a", "CONSUMER.label.a = PROVIDER.label.b",
                           "CONSUMER.label. = PROVIDER.label.", "PROVIDER.label.a = CONSUMER.label.a",
                           "CONSUMER.label.a = PROVIDER.label.a & ", "& CONSUMER.label.a = PROVIDER.label.a",
                           "CONSUMER.label.a = PROVIDER.label.a | CONSUMER.label.b = PROVIDER.label.b"}) {
    const auto labels = labels_of(text);
    if (std::string_view(text).ends_with("& ")) {
      EXPECT_TRUE(labels) << text;  // an operator without a second term ends the expression
      continue;
    }
    ASSERT_FALSE(labels) << text;
    EXPECT_EQ(labels.error().message, "parse expression failed!");
  }
}

TEST(HealthCheckType, HasTheNamesThatTheProductUses) {
  for (const char* name : {"TCP", "HTTP", "MYSQL", "NONE"})
    EXPECT_EQ(name_of(*health_check_type(name)), name);
  EXPECT_FALSE(health_check_type("tcp"));
  EXPECT_FALSE(health_check_type(""));
}

}  // namespace
}  // namespace batata::domain
