#include "domain/access/verified_passwords.h"

#include "base/bytes.h"
#include "base/crypto.h"

namespace batata::domain {

VerifiedPasswords::VerifiedPasswords() : key_(random_secret(32)), digests_(kUsersMax) {}

bool VerifiedPasswords::knows(std::string_view user, const Secret& password, std::string_view hash) {
  const std::string* known = digests_.find(user);
  if (known == nullptr || !equal_in_constant_time(*known, digest(user, password, hash))) return false;
  digests_.touch(user);
  return true;
}

void VerifiedPasswords::note(std::string_view user, const Secret& password, std::string_view hash) {
  digests_.touch(user) = digest(user, password, hash);
}

std::string VerifiedPasswords::digest(std::string_view user, const Secret& password,
                                      std::string_view hash) const {
  std::string text;
  text.reserve(user.size() + hash.size() + password.size() +
               30);      // a copy that grows would leave pieces behind
  ByteWriter out(text);  // with lengths, so that no two triples make one text
  out.string(user);
  out.string(hash);
  out.string(password.reveal());
  const Secret all(std::move(text));
  return hmac(Sha::k256, key_.reveal(), all.reveal());
}

}  // namespace batata::domain
