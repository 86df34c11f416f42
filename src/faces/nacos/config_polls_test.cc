#include "faces/nacos/config/config_polls.h"

#include <gtest/gtest.h>

#include <optional>

#include "sim/sim_runtime.h"

namespace batata::nacos {
namespace {

TEST(ConfigPolls, CountWhatIsPolledForUntilThePollsEnd) {
  sim::SimRuntime runtime;
  ConfigPolls polls(runtime);
  const std::vector<Listening> two = {{"a", "g", "", ""}, {"b", "g", "", ""}}, one = {{"a", "g", "", ""}};
  std::optional<ConfigPolls::Held> first(std::in_place, polls, "10.1.0.1", two);
  const ConfigPolls::Held second(polls, "10.1.0.2", one);
  EXPECT_EQ(polls.size(), 2u);
  EXPECT_EQ(polls.configs(), 3u);
  first.reset();
  EXPECT_EQ(polls.size(), 1u);
  EXPECT_EQ(polls.configs(), 1u);
}

}  // namespace
}  // namespace batata::nacos
