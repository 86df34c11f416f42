#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace batata::nacos {

/// Upstream's parameter check, which stands before every handler of HTTP and gRPC. Each function gives the
/// text of the refusal, or nothing; blank values pass unless they are too long. Source: upstream's
/// DefaultParamChecker and ParamCheckRule.
using Refusal = std::optional<std::string>;
[[nodiscard]] Refusal check_namespace(std::string_view value);
/// The name that a namespace is shown by.
[[nodiscard]] Refusal check_namespace_name(std::string_view value);
[[nodiscard]] Refusal check_data_id(std::string_view value);
[[nodiscard]] Refusal check_group(std::string_view value);
/// `value` is the name as the request has it, with or without "group@@".
[[nodiscard]] Refusal check_service_name(std::string_view value);
/// Each of a list separated by commas, and the list: up to kClustersMax bytes.
[[nodiscard]] Refusal check_clusters(std::string_view value);
[[nodiscard]] Refusal check_ip(std::string_view value);
[[nodiscard]] Refusal check_port(std::string_view value);
/// The refusal of a list of more than `max` entries.
[[nodiscard]] std::string too_many(std::string_view param, std::size_t max);
/// Sizes of all names and values together.
[[nodiscard]] Refusal check_metadata_size(std::size_t characters);

/// Characters as Java counts them (UTF-16 units).
[[nodiscard]] std::size_t java_length(std::string_view utf8);

}  // namespace batata::nacos
