#include "domain/access/passwords.h"

#include "base/crypto.h"
#include "domain/access/text.h"

namespace batata::domain {

Status check_password(const Secret& password) {
  if (is_blank_text(password.reveal())) return fail(Errc::kInvalidArgument, "password is blank");
  if (password.size() > Passwords::kPasswordBytesMax) {
    return fail(Errc::kInvalidArgument, "Password length must not exceed 72 characters");
  }
  if (password.reveal().find('\0') != std::string_view::npos) {  // bcrypt would read no further
    return fail(Errc::kInvalidArgument, "Password must not contain a zero byte");
  }
  return {};
}

Secret invent_password() {
  constexpr std::size_t kLength = 16;
  // 62 letters and digits; a byte from 248 on is passed over, so that each of them is equally likely.
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned kUsable = 256 / kLetters.size() * kLetters.size();
  std::string password;
  password.reserve(kLength);
  while (password.size() < kLength) {
    const Secret bytes = random_secret(2 * kLength);
    for (const char c : bytes.reveal()) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < kUsable && password.size() < kLength) password += kLetters[byte % kLetters.size()];
    }
  }
  return Secret(std::move(password));
}

}  // namespace batata::domain
