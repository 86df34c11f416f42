#include "platform/library/shared_library.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace batata::platform {
namespace {

TEST(SharedLibrary, GivesTheFunctionsThatItHas) {
  const auto library = SharedLibrary::open("libc.so.6");
  ASSERT_TRUE(library.has_value()) << library.error().message;
  decltype(&::getpid) function = nullptr;
  ASSERT_TRUE(library->find("getpid", function));
  EXPECT_EQ(function(), getpid());
  EXPECT_FALSE(library->find("no_such_function", function));
  EXPECT_EQ(function, nullptr);
}

TEST(SharedLibrary, ThatIsNotThereIsAnErrorThatNamesIt) {
  const auto library = SharedLibrary::open("libno-such-library.so.7");
  ASSERT_FALSE(library.has_value());
  EXPECT_EQ(library.error().code, Errc::kUnavailable);
  EXPECT_NE(library.error().message.find("libno-such-library.so.7"), std::string::npos);
}

}  // namespace
}  // namespace batata::platform
