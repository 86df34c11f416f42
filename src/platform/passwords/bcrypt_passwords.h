#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/executor.h"
#include "async/runtime.h"
#include "domain/access/passwords.h"

namespace batata::platform {

/// Passwords by bcrypt, on executors of their own: the loop only hands out work. Loop only.
///
/// Bounded: with kWaitingMax under way, further ones are refused, so that a flood of sign-ins costs neither
/// memory nor, for those who are in the queue, more than a few seconds.
class BcryptPasswords final : public domain::Passwords {
 public:
  /// The executors, one thread each, outlive it, but may be stopped before it goes. At least one.
  BcryptPasswords(Runtime& runtime, std::vector<Executor*> executors);
  BcryptPasswords(const BcryptPasswords&) = delete;
  BcryptPasswords& operator=(const BcryptPasswords&) = delete;

  Task<Result<std::string>> hash(Secret password) override;
  Task<Result<bool>> matches(Secret password, std::string hash) override;
  [[nodiscard]] std::string_view hash_of_nobody() const override { return hash_of_nobody_; }

  /// Of 70 ms each: four seconds on two threads.
  static constexpr std::size_t kWaitingMax = 128;

 private:
  template <class T, class Work>
  Task<Result<T>> run(Work work);

  struct Lane {
    Executor* executor;
    std::size_t waiting = 0;
  };

  Runtime& runtime_;
  // Shared with jobs whose news may come after this has gone.
  std::shared_ptr<std::vector<Lane>> lanes_;
  const std::string hash_of_nobody_;
};

}  // namespace batata::platform
