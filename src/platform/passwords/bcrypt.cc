#include "platform/passwords/bcrypt.h"

#include <crypt.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/crypto.h"

namespace batata::platform {
namespace {

constexpr std::size_t kSettingSize = 29, kHashSize = 60, kPasswordBytesMax = 72;
constexpr std::string_view kAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// The library's working memory, 32 KiB: on the heap, and wiped, since it holds what the password became.
struct WipeData {
  void operator()(crypt_data* data) const {
    explicit_bzero(data, sizeof *data);
    delete data;
  }
};

// A password as the library wants it: with a zero byte behind it, and none in it.
bool is_hashable(const Secret& password) {
  return password.size() <= kPasswordBytesMax && password.reveal().find('\0') == std::string_view::npos;
}

// Nothing when the library fails.
std::string run(const Secret& password, const std::string& setting) {
  std::array<char, kPasswordBytesMax + 1> phrase{};
  password.reveal().copy(phrase.data(), kPasswordBytesMax);
  const std::unique_ptr<crypt_data, WipeData> data(new crypt_data());
  const char* hash = crypt_r(phrase.data(), setting.c_str(), data.get());
  explicit_bzero(phrase.data(), phrase.size());
  if (hash == nullptr || hash[0] == '*') return {};
  return hash;
}

Result<std::string> new_setting() {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  // Without bytes of ours the library asks the system for randomness.
  if (crypt_gensalt_rn("$2a$", kBcryptCost, nullptr, 0, setting.data(), static_cast<int>(setting.size())) ==
      nullptr) {
    return fail(Errc::kInternal, "no salt for a password");
  }
  return std::string(setting.data());
}

}  // namespace

Result<std::string> bcrypt(const Secret& password) {
  if (!is_hashable(password)) {
    return fail(Errc::kInvalidArgument, "a password of more than 72 bytes or with a zero byte");
  }
  auto setting = new_setting();
  if (!setting) return setting;
  std::string hash = run(password, *setting);
  if (!is_bcrypt(hash)) return fail(Errc::kInternal, "a password cannot be hashed");
  return hash;
}

bool bcrypt_matches(const Secret& password, const std::string& hash) {
  if (!is_bcrypt(hash) || !is_hashable(password)) return false;
  return equal_in_constant_time(run(password, hash), hash);
}

bool is_bcrypt(std::string_view hash) {
  if (hash.size() != kHashSize) return false;
  if (!hash.starts_with("$2a$") && !hash.starts_with("$2b$") && !hash.starts_with("$2y$")) return false;
  if (hash[4] < '0' || hash[4] > '9' || hash[5] < '0' || hash[5] > '9' || hash[6] != '$') return false;
  const auto cost = static_cast<unsigned>((hash[4] - '0') * 10 + hash[5] - '0');
  if (cost < 4 || cost > kBcryptCostMax) return false;
  return std::ranges::all_of(hash.substr(7), [](char c) { return kAlphabet.find(c) != kAlphabet.npos; });
}

std::string bcrypt_of_nobody() {
  std::string hash = new_setting().value_or("$2a$10$abcdefghijklmnopqrstuu");
  hash.resize(kSettingSize);
  const Secret bytes = random_secret(kHashSize - kSettingSize);
  for (const char c : bytes.reveal()) hash += kAlphabet[static_cast<unsigned char>(c) % kAlphabet.size()];
  return hash;
}

}  // namespace batata::platform
