#include "platform/passwords/bcrypt_passwords.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "platform/passwords/bcrypt.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::platform {
namespace {

using namespace std::chrono_literals;

// A cheap hash, so that the test does not take a second for each comparison.
constexpr char kHashOfA[] = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

class BcryptPool : public testing::Test {
 protected:
  template <class T>
  T wait_for(Task<T> task) {
    std::optional<T> done;
    scope.spawn(keep(std::move(task), done));
    runtime.run_for(1s);
    return std::move(*done);
  }

  sim::SimRuntime runtime;
  sim::SimExecutor one{runtime, 1ms, 2ms}, two{runtime, 1ms, 2ms};
  BcryptPasswords passwords{runtime, {&one, &two}};
  Scope scope{runtime};
};

TEST_F(BcryptPool, HashesAndCompares) {
  const auto hash = wait_for(passwords.hash(Secret("secret")));
  ASSERT_TRUE(hash.has_value());
  EXPECT_TRUE(wait_for(passwords.matches(Secret("secret"), *hash)).value());
  EXPECT_FALSE(wait_for(passwords.matches(Secret("other"), *hash)).value());
}

TEST_F(BcryptPool, WhatCannotMatchIsComparedAllTheSame) {
  for (const std::string& hash :
       {std::string(), std::string("plain"), std::string(passwords.hash_of_nobody())}) {
    const auto before = runtime.now();
    std::optional<Result<bool>> done;
    scope.spawn(keep(passwords.matches(Secret("a"), hash), done));
    EXPECT_FALSE(done.has_value()) << hash;  // work has been handed out
    runtime.run_for(1s);
    EXPECT_FALSE(done->value()) << hash;
    EXPECT_GT(runtime.now(), before);
  }
  EXPECT_FALSE(wait_for(passwords.matches(Secret(std::string(73, 'a')), kHashOfA)).value());
  EXPECT_FALSE(wait_for(passwords.matches(Secret(std::string("a\0", 2)), kHashOfA)).value());
}

TEST_F(BcryptPool, HasABound) {
  std::vector<std::optional<Result<bool>>> done(BcryptPasswords::kWaitingMax + 1);
  for (auto& each : done) scope.spawn(keep(passwords.matches(Secret("a"), kHashOfA), each));
  ASSERT_TRUE(done.back().has_value());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(10s);
  EXPECT_TRUE(done.front()->value());
  EXPECT_TRUE(wait_for(passwords.matches(Secret("a"), kHashOfA)).value());  // and room again
}

TEST_F(BcryptPool, MayLoseWhoWaits) {
  {
    Scope other(runtime);
    std::optional<Result<bool>> done;
    other.spawn(keep(passwords.matches(Secret("a"), kHashOfA), done));
  }
  runtime.run_for(1s);
  EXPECT_TRUE(wait_for(passwords.matches(Secret("a"), kHashOfA)).value());
}

TEST_F(BcryptPool, MayGoBeforeItsNewsCome) {
  std::optional<Result<bool>> done;
  {
    BcryptPasswords other(runtime, {&one});
    scope.spawn(keep(other.matches(Secret("a"), kHashOfA), done));
  }
  runtime.run_for(1s);
  EXPECT_TRUE(done->value());
}

}  // namespace
}  // namespace batata::platform
