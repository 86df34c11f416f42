#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "domain/namespaces/namespace_record.h"
#include "store/store.h"

namespace batata::domain {

/// Refuses ids that Nacos refuses: other characters than letters, digits, `_` and `-`, and long ones.
/// Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_namespace_id(std::string_view id);
/// Refuses names that are empty or have one of `@#$%^&*`. The console allows an empty one and asks for
/// nothing of this but the characters. Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_namespace_name(std::string_view name);
/// Refuses names and descriptions that upstream's table has no room for.
/// Errors: kInvalidArgument ("too long namespaceDesc, over 256").
[[nodiscard]] Status check_namespace_lengths(std::string_view name,
                                             const std::optional<std::string>& description);

/// The transaction that makes a namespace. Pure. `present` is its key as it stands at the revision `at`.
/// Errors: kConflict when there is one already.
[[nodiscard]] Result<store::Txn> plan_create(const store::KeyValuePtr& present, Revision at,
                                             const Namespace& wanted);
/// The transaction that gives a namespace another name and description; nothing when there is none. Pure.
/// Errors: kInternal for a damaged record.
[[nodiscard]] Result<std::optional<store::Txn>> plan_update(const store::KeyValuePtr& present, Revision at,
                                                            std::string name,
                                                            std::optional<std::string> description,
                                                            WallTime now);
/// The transaction that removes a namespace; nothing when there is none. What lies in it stays. Pure.
[[nodiscard]] std::optional<store::Txn> plan_remove_namespace(const store::KeyValuePtr& present);

// Characters as Java counts them. Source: upstream's NamespaceControllerV2 and its table tenant_info.
constexpr std::size_t kNamespaceIdMax = 128, kNamespaceNameMax = 128, kNamespaceDescriptionMax = 256;

}  // namespace batata::domain
