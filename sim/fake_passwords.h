#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "async/runtime.h"
#include "async/sleep.h"
#include "domain/access/passwords.h"

namespace batata::sim {

/// Passwords whose hash says what they are: for tests of what stands above the port. A hash or a comparison
/// takes `delay` of virtual time.
class FakePasswords final : public domain::Passwords {
 public:
  explicit FakePasswords(Runtime& runtime) : runtime_(runtime) {}

  Task<Result<std::string>> hash(Secret password) override {
    ++hashed;
    co_await sleep_for(runtime_, delay);
    if (refuse) co_return fail(Errc::kResourceExhausted, "refused by the test");
    co_return "fake$" + std::string(password.reveal());
  }
  Task<Result<bool>> matches(Secret password, std::string hash) override {
    ++compared;
    co_await sleep_for(runtime_, delay);
    if (refuse) co_return fail(Errc::kResourceExhausted, "refused by the test");
    co_return hash == "fake$" + std::string(password.reveal());
  }
  [[nodiscard]] std::string_view hash_of_nobody() const override { return "nobody"; }

  int hashed = 0, compared = 0;
  Duration delay = std::chrono::milliseconds(1);
  bool refuse = false;  ///< answer kResourceExhausted

 private:
  Runtime& runtime_;
};

}  // namespace batata::sim
