#include "domain/access/sign_ins.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "domain/access/text.h"

namespace batata::domain {
namespace {

tl::unexpected<Error> refused() {
  return fail(Errc::kUnauthenticated, "user not found!");
}

std::string pair_of(std::string_view user, std::string_view address) {
  std::string pair(address);  // holds no NUL, so that no two pairs make one text
  pair.push_back('\0');
  pair.append(user);
  return pair;
}

// One text for all spellings that a directory takes for one name: it looks at neither case nor blanks.
std::string counted_name(std::string_view user) {
  std::string out = lower_case(user);
  std::erase_if(out, [](char c) { return is_blank_text({&c, 1}); });
  return out;
}

std::int64_t seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace

SignIns::SignIns(Runtime& runtime, AccessService& access, Passwords& passwords, const LockoutLimits& limits,
                 AccountDirectory* directory)
    : runtime_(runtime),
      access_(access),
      passwords_(passwords),
      directory_(directory),
      accounts_(limits),
      addresses_(limits),
      pairs_(limits),
      trusted_(kTrustedMax) {}

Task<Result<SignedIn>> SignIns::sign_in(cluster::Context context, std::string user, Secret password,
                                        std::string address) {
  // A longer name is nobody's, and must not fill the tables below.
  if (user.size() > AccessService::kNameBytesMax) user.resize(AccessService::kNameBytesMax + 1);
  const std::string counted = directory_ == nullptr ? user : counted_name(user);
  if (is_locked(counted, address)) {
    co_return fail(Errc::kResourceExhausted, "too many failed sign-ins; try again later");
  }
  auto checked = co_await check_local(user, password.copy());
  if (!checked && checked.error().code == Errc::kUnauthenticated && directory_ != nullptr) {
    checked = co_await check_directory(std::move(context), user, std::move(password));
  }
  // Others may have failed meanwhile: of many guesses sent at once only the first few may be told apart.
  if (is_locked(counted, address)) {
    co_return fail(Errc::kResourceExhausted, "too many failed sign-ins; try again later");
  }
  if (checked) {
    succeeded(counted, address);
  } else if (checked.error().code == Errc::kUnauthenticated) {
    failed(counted, address);
  }
  co_return checked;
}

Task<Result<SignedIn>> SignIns::check_local(std::string user, Secret password) {
  const auto account = access_.rights().find(user);
  // No local password: nobody of that name, or somebody whose password is in the directory.
  const bool is_known = account != nullptr && account->enabled && !account->hash.empty();
  std::string hash(is_known ? std::string_view(account->hash) : passwords_.hash_of_nobody());
  if (is_known && verified_.knows(user, password, hash)) co_return SignedIn{user, account->admin};
  const auto matches = co_await passwords_.matches(password.copy(), hash);
  if (!matches) co_return tl::unexpected(matches.error());
  if (!*matches || !is_known) co_return refused();
  // The user may have been removed, or have got another password, while the hash was being made.
  const auto now = access_.rights().find(user);
  if (now == nullptr || !now->enabled || now->hash != hash) co_return refused();
  verified_.note(user, password, hash);
  co_return SignedIn{user, now->admin};
}

Task<Result<SignedIn>> SignIns::check_directory(cluster::Context context, std::string user, Secret password) {
  // Names that carry the prefix already belong to what is created below; so upstream refuses them, too.
  if (is_blank_text(user) || password.empty() || lower_case(user).starts_with(lower_case(kDirectoryPrefix)) ||
      user.size() + kDirectoryPrefix.size() > AccessService::kNameBytesMax) {
    co_return refused();
  }
  const auto matches = co_await directory_->check(user, std::move(password));
  if (!matches && matches.error().code == Errc::kResourceExhausted) co_return tl::unexpected(matches.error());
  // What it is that ails the directory stands in the log; it is nothing for strangers.
  if (!matches) co_return fail(Errc::kUnavailable, "the directory of users does not answer");
  if (!*matches) co_return refused();
  const std::string name = std::string(kDirectoryPrefix) + user;
  if (access_.rights().find(name) == nullptr) {
    auto created = co_await access_.create_external_user(std::move(context), name);
    if (!created) co_return tl::unexpected(std::move(created.error()));
  }
  const auto account = access_.rights().find(name);
  if (account == nullptr || !account->enabled) co_return refused();
  co_return SignedIn{name, account->admin};
}

bool SignIns::is_trusted(std::string_view pair) const {
  const SteadyTime* signed_in = trusted_.find(pair);
  return signed_in != nullptr && runtime_.now() - *signed_in <= kTrustedFor;
}

bool SignIns::is_locked(std::string_view user, std::string_view address) const {
  const SteadyTime now = runtime_.now();
  const std::string pair = pair_of(user, address);
  if (is_trusted(pair)) return pairs_.locked_until(pair, now).has_value();
  return accounts_.locked_until(user, now) || addresses_.locked_until(address, now);
}

void SignIns::failed(std::string_view user, std::string_view address) {
  const SteadyTime now = runtime_.now();
  const std::string pair = pair_of(user, address);
  const Duration account = accounts_.fail(user, now), from = addresses_.fail(address, now);
  const Duration both = is_trusted(pair) ? pairs_.fail(pair, now) : Duration::zero();
  log::warn("sign-in failed user=\"{}\" address=\"{}\"", log_text(user), log_text(address));
  if (account > Duration::zero()) {
    log::warn("sign-in locked user=\"{}\" seconds={}", log_text(user), seconds(account));
  }
  if (from > Duration::zero()) {
    log::warn("sign-in locked address=\"{}\" seconds={}", log_text(address), seconds(from));
  }
  if (both > Duration::zero()) {
    log::warn("sign-in locked user=\"{}\" address=\"{}\" seconds={}", log_text(user), log_text(address),
              seconds(both));
  }
}

void SignIns::succeeded(std::string_view user, std::string_view address) {
  // An address that has an account of its own may still guess at others: its failures are not forgotten.
  const std::string pair = pair_of(user, address);
  // Who is trusted was not asked for the account's lock: its coming in says nothing of the strangers who
  // fail, and a client that signs in all the time would let them guess for ever.
  if (!is_trusted(pair)) accounts_.clear(user);
  pairs_.clear(pair);
  trusted_.touch(pair) = runtime_.now();
}

}  // namespace batata::domain
