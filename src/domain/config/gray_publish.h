#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "domain/config/publish.h"
#include "store/store.h"

namespace batata::domain {

/// The transaction that publishes `request.gray`, which must be there, with its entry in the history. Pure.
/// `index` is the config's index of gray releases and `present` the release, each as it stands at the
/// revision `at`, null when there is none; `max` is how many releases a config may have.
///
/// A release of that name is replaced, rule and content. With an `expected_md5` a release that exists is left
/// as it is, whatever its md5, and only the history says that somebody asked. Source: recordings of upstream,
/// which compares the stored md5 with that of the new content and reports success either way.
/// Errors: kInvalidArgument when there are `max` others, or for a rule that is blank or above kExpressionMax;
/// kInternal for damaged records.
[[nodiscard]] Result<store::Txn> plan_gray_publish(const store::KeyValuePtr& index,
                                                   const store::KeyValuePtr& present, Revision at,
                                                   const Publish& request, std::string_view md5, WallTime now,
                                                   std::size_t max);

/// The transaction that removes the release `request.gray`, with its entry in the history. Pure; the rest as
/// above. Errors: kNotFound when there is no such release; kInternal for a damaged index.
[[nodiscard]] Result<store::Txn> plan_gray_remove(const store::KeyValuePtr& index,
                                                  const store::KeyValuePtr& present, Revision at,
                                                  const Removal& request, WallTime now);

/// The failure of a release too many, as Nacos words it.
[[nodiscard]] std::string too_many_grays(std::size_t max);

}  // namespace batata::domain
