#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "cluster/context.h"
#include "domain/config/config_service.h"
#include "faces/nacos/common/family.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/param_check.h"
#include "wire/http.h"

namespace batata::nacos {

// What the HTTP requests about configs have in common. Pure; any thread.

/// What was read from a request, or the answer that refuses it.
template <class T>
using Parsed = tl::expected<T, wire::Response>;

/// A parameter as UTF-8; blank when it is absent.
[[nodiscard]] std::string text_of(const wire::Request& request, std::string_view name);
/// The canonical namespace that a request names: v1 says `tenant`, later versions `namespaceId`; both count.
[[nodiscard]] std::string space_of(const wire::Request& request);
// Which config a request names, for handlers and for the gate before them (config_rights.h) alike.

/// By `dataId`, the group of the parameter of that name, and `space_of`.
[[nodiscard]] domain::ConfigId config_named(const wire::Request& request, std::string_view group);
/// The config that a request of v1 or v2 names by `group`.
[[nodiscard]] domain::ConfigId config_of(const wire::Request& request);
/// The config that a request of v3 names by `groupName` and `namespaceId`.
[[nodiscard]] domain::ConfigId config_of_v3(const wire::Request& request);
/// The config of whose listeners v1 asks: as `config_of`, a blank group is DEFAULT_GROUP.
[[nodiscard]] domain::ConfigId listened_config(const wire::Request& request);
/// The config whose metrics v1 asks for: `tenant` alone says its namespace.
[[nodiscard]] domain::ConfigId metered_config(const wire::Request& request);
/// The text of a long poll (common/listening.h), blank when there is none. Clients encode it once more than a
/// form does, or not: decoding it twice fits both.
[[nodiscard]] std::string polled_text(const wire::Request& request);

/// The parameter check of names: what is wrong, or nothing.
[[nodiscard]] Refusal check_config_names(const wire::Request& request);
/// What stands before every handler of v3: that check, then the group and the name that must be there.
/// Nothing when all is well.
[[nodiscard]] std::optional<wire::Response> refuse_v3(const wire::Request& request);

/// The text that a family answers when a parameter of Java's type `type` is missing.
[[nodiscard]] wire::Response missing_answer(Family family, std::string_view name, std::string_view type);
/// A whole number; nothing when it is absent. Text that is none is refused in the family's words; over v2 and
/// v3 with 400 where upstream says 500.
[[nodiscard]] Parsed<std::optional<std::int64_t>> number_of(const wire::Request& request, Family family,
                                                            std::string_view name, std::string_view type);
/// A parameter that must be there.
[[nodiscard]] Parsed<std::int64_t> required_number(const wire::Request& request, Family family,
                                                   std::string_view name, std::string_view type);
/// Numbers with commas between, which must be there; blank is none. More than kNumbersMax are refused.
[[nodiscard]] Parsed<std::vector<std::uint64_t>> required_numbers(const wire::Request& request, Family family,
                                                                  std::string_view name);
constexpr std::size_t kNumbersMax = 10'000;  ///< of one request: each is a write of its own
/// A boolean as Spring reads it; blank and absent are false. Others are refused as above.
[[nodiscard]] Parsed<bool> flag_of(const wire::Request& request, Family family, std::string_view name);

/// v1's and v2's name of a config's namespace, blank for the default one. Valid as long as `id`.
[[nodiscard]] inline std::string_view tenant_of(const domain::ConfigId& id) {
  return id.space == "public" ? std::string_view() : std::string_view(id.space);
}

/// One page of a list: `pageNo` from 1, `pageSize` at most kPageMax, 100 when it is absent.
struct PageAsked {
  std::int64_t number = 1, size = 100;
};
[[nodiscard]] Parsed<PageAsked> page_of(const wire::Request& request, Family family);

/// Everything that a publish may say. v1 has other names for who publishes and for the tags.
[[nodiscard]] domain::Publish publish_of(const wire::Request& request, const cluster::Context& context,
                                         Family family);
/// What is to be erased; `gray` is the name of a release, blank for the value for everybody.
[[nodiscard]] domain::Removal removal_of(domain::ConfigId id, std::string gray, const wire::Request& request,
                                         const cluster::Context& context);

/// How a family words a failed change. A gray release that does not exist is an exception of upstream's,
/// whose text clients print.
[[nodiscard]] wire::Response failed_change(Family family, const Error& error);
/// The failure of v2 and v3 when a publish would make one gray release too many; nothing when it would not.
[[nodiscard]] std::optional<wire::Response> refuse_gray(const domain::ConfigService& configs,
                                                        const domain::Publish& publish);
/// What upstream says when a gray release to erase does not exist.
constexpr std::string_view kNoSuchGray =
    "Cannot invoke \"com.alibaba.nacos.config.server.model.ConfigInfoGrayWrapper.getId()\" because "
    "\"oldConfigAllInfo4Gray\" is null";

/// `{"code":…,"message":…,"data":…}` of v1's console; `data` is JSON, an absent message is null.
[[nodiscard]] wire::Response rest_answer(int code, std::optional<std::string_view> message,
                                         std::string_view data);
/// The failure of v2 and v3 whose text stands in `message`: code 30000 without data.
[[nodiscard]] wire::Response exception_result(int status, std::string_view message);

/// `{"type":…,"version":…,"expr":…,"priority":N}`.
[[nodiscard]] std::string gray_rule_json(const domain::GrayRuleView& rule);

}  // namespace batata::nacos
