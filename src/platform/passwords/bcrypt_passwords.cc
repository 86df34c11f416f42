#include "platform/passwords/bcrypt_passwords.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "async/one_shot.h"
#include "base/assert.h"
#include "platform/passwords/bcrypt.h"

namespace batata::platform {

BcryptPasswords::BcryptPasswords(Runtime& runtime, std::vector<Executor*> executors)
    : runtime_(runtime), lanes_(std::make_shared<std::vector<Lane>>()), hash_of_nobody_(bcrypt_of_nobody()) {
  BATATA_ASSERT(!executors.empty());
  for (Executor* executor : executors) lanes_->push_back({executor});
}

// `work` gives a Result<T>, on a thread of its own.
template <class T, class Work>
Task<Result<T>> BcryptPasswords::run(Work work) {
  std::size_t waiting = 0;
  for (const Lane& lane : *lanes_) waiting += lane.waiting;
  if (waiting >= kWaitingMax) co_return fail(Errc::kResourceExhausted, "too many passwords are waiting");
  const auto least = std::ranges::min_element(*lanes_, {}, &Lane::waiting);
  const auto place = static_cast<std::size_t>(least - lanes_->begin());
  ++least->waiting;
  OneShot<Result<T>> done(runtime_);
  auto outcome = std::make_shared<std::optional<Result<T>>>();
  least->executor->submit([outcome, work = std::move(work)]() mutable { *outcome = work(); },
                          [outcome, lanes = lanes_, place, setter = done.setter()] {
                            --(*lanes)[place].waiting;
                            setter.set(std::move(**outcome));
                          });
  co_return co_await done;
}

Task<Result<std::string>> BcryptPasswords::hash(Secret password) {
  return run<std::string>([password = std::move(password)] { return bcrypt(password); });
}

Task<Result<bool>> BcryptPasswords::matches(Secret password, std::string hash) {
  // What cannot match takes as long as what can.
  if (!is_bcrypt(hash)) hash = hash_of_nobody_;
  const bool is_possible =
      password.size() <= kPasswordBytesMax && password.reveal().find('\0') == std::string_view::npos;
  if (!is_possible) password = Secret("x");
  return run<bool>([password = std::move(password), hash = std::move(hash), is_possible]() -> Result<bool> {
    return bcrypt_matches(password, hash) && is_possible;
  });
}

}  // namespace batata::platform
