#include "domain/access/token_key.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/crypto.h"

namespace batata::domain {
namespace {

// How the keys begin that products came with. No key of anybody's own begins so.
constexpr std::array<std::string_view, 2> kPublished = {"SecretKey0123", "NzViOWFl"};
constexpr std::string_view kExample = "VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=";

bool is_published(std::string_view text) {
  return std::ranges::any_of(kPublished, [text](std::string_view begin) { return text.starts_with(begin); });
}

tl::unexpected<Error> refused(const std::string& reason) {
  return fail(Errc::kInvalidArgument, "nacos.core.auth.plugin.nacos.token.secret.key " + reason);
}

}  // namespace

Result<Secret> decode_token_key(std::string_view text) {
  constexpr const char* kKnown =
      "is one that everybody knows; leave it out, and the server makes one of its own";
  if (is_published(text)) return refused(kKnown);
  auto bytes = from_base64(text);
  if (!bytes) return refused("is not Base64");
  Secret key(std::move(*bytes));
  if (is_published(key.reveal())) return refused(kKnown);
  if (key.size() < kTokenKeyBytesMin) {
    return refused("holds " + std::to_string(key.size()) + " bytes, but at least " +
                   std::to_string(kTokenKeyBytesMin) + " are needed");
  }
  return key;
}

bool is_documents_example(std::string_view text) {
  return text == kExample;
}

}  // namespace batata::domain
