#include "faces/nacos/grpc/client_versions.h"

#include <gtest/gtest.h>

#include <map>

namespace batata::nacos {
namespace {

using Counts = std::map<std::string, std::size_t>;

Counts counts_of(const ClientVersions& versions) {
  Counts counts;
  versions.each(
      [&](const ClientKind& kind, std::size_t count) { counts[kind.library + " " + kind.version] += count; });
  return counts;
}

TEST(ClientKind, IsTheLibraryAndTwoNumbersOrOther) {
  const std::tuple<std::string_view, std::string, std::string> cases[] = {
      {"Nacos-Java-Client:v3.1.0", "java", "3.1"},
      {"Nacos-Rust-Client:0.8.3", "rust", "0.8"},
      {"Nacos-Python-Client:v3.2.0-beta", "python", "3.2"},
      {"Nacos-Go-Client:v2.10", "go", "2.10"},
      {"Nacos-Java-Client", "java", "other"},
      {"Nacos-Java-Client:v", "java", "other"},
      {"Nacos-Java-Client:v2", "java", "other"},
      {"Nacos-Java-Client:v99999999999999.1", "java", "other"},
      {"Nacos-Java-Client:v1.x", "java", "other"},
      {"curl\"} 7\n", "other", "other"},
      {"", "other", "other"},
  };
  for (const auto& [said, library, version] : cases)
    EXPECT_EQ(client_kind(said), (ClientKind{library, version})) << said;
}

TEST(ClientVersions, CountsInAndOut) {
  ClientVersions versions;
  const auto java = versions.enter("Nacos-Java-Client:v3.1.0");
  (void)versions.enter("Nacos-Java-Client:v3.1.2");
  const auto stranger = versions.enter("stranger");
  EXPECT_EQ(counts_of(versions), (Counts{{"java 3.1", 2}, {"other other", 1}}));
  versions.leave(java);
  versions.leave(stranger);
  EXPECT_EQ(counts_of(versions), (Counts{{"java 3.1", 1}, {"other other", 0}}));
}

TEST(ClientVersions, HowManyKindsThereAreIsBoundedWhateverClientsSay) {
  ClientVersions versions;
  for (std::size_t i = 0; i < 3 * ClientVersions::kKindsMax; ++i)
    (void)versions.enter("Nacos-Go-Client:v1." + std::to_string(i));
  const Counts counts = counts_of(versions);
  EXPECT_EQ(counts.size(), ClientVersions::kKindsMax + 1);
  EXPECT_EQ(counts.at("other other"), 2 * ClientVersions::kKindsMax);
  EXPECT_EQ(counts.at("go 1.31"), 1u);
}

}  // namespace
}  // namespace batata::nacos
