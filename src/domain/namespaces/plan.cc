#include "domain/namespaces/plan.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/utf16.h"

namespace batata::domain {
namespace {

bool is_id_character(char c) {
  return is_letter_or_digit(c) || c == '_' || c == '-';
}

Status too_long(std::string_view what, std::size_t max) {
  return fail(Errc::kInvalidArgument, "too long " + std::string(what) + ", over " + std::to_string(max));
}

}  // namespace

Status check_namespace_id(std::string_view id) {
  if (id.empty() || !std::ranges::all_of(id, is_id_character)) {
    return fail(Errc::kInvalidArgument, "namespaceId [" + std::string(id) + "] mismatch the pattern");
  }
  if (id.size() > kNamespaceIdMax) return too_long("namespaceId", kNamespaceIdMax);
  return {};
}

Status check_namespace_name(std::string_view name) {
  if (!name.empty() && name.find_first_of("@#$%^&*") == name.npos) return {};
  return fail(Errc::kInvalidArgument, "namespaceName [" + std::string(name) + "] contains illegal char");
}

Status check_namespace_lengths(std::string_view name, const std::optional<std::string>& description) {
  if (utf16_length(name) > kNamespaceNameMax) return too_long("namespaceName", kNamespaceNameMax);
  if (description && utf16_length(*description) > kNamespaceDescriptionMax) {
    return too_long("namespaceDesc", kNamespaceDescriptionMax);
  }
  return {};
}

Result<store::Txn> plan_create(const store::KeyValuePtr& present, Revision at, const Namespace& wanted) {
  if (wanted.id == kPublicNamespace) {
    return fail(Errc::kConflict, "namespaceId [public] is default namespace id and already exist.");
  }
  if (present != nullptr) return fail(Errc::kConflict, "namespaceId [" + wanted.id + "] already exist.");
  std::string key = namespace_key(wanted.id);
  store::Txn txn;
  txn.when.push_back({store::KeyRange::one(key), at});
  txn.then.emplace_back(store::Put{std::move(key), encode_namespace(wanted), {}});
  return txn;
}

Result<std::optional<store::Txn>> plan_update(const store::KeyValuePtr& present, Revision at,
                                              std::string name, std::optional<std::string> description,
                                              WallTime now) {
  if (present == nullptr) return std::nullopt;
  auto one = decode_namespace(present->key, present->value);
  if (!one) return tl::unexpected(std::move(one.error()));
  one->name = std::move(name);
  one->description = std::move(description);
  one->modified = now;
  store::Txn txn;
  txn.when.push_back({store::KeyRange::one(present->key), at});
  txn.then.emplace_back(store::Put{present->key, encode_namespace(*one), {}});
  return txn;
}

std::optional<store::Txn> plan_remove_namespace(const store::KeyValuePtr& present) {
  if (present == nullptr) return std::nullopt;
  store::Txn txn;
  txn.then.emplace_back(store::Erase{store::KeyRange::one(present->key)});
  return txn;
}

}  // namespace batata::domain
