#pragma once
#include <string>
#include <string_view>

namespace batata::nacos {

/// "dataId+group+namespace", with '+' and '%' inside a part written %2B and %25; a blank namespace is left
/// out with its plus. Source: upstream's GroupKey2.
[[nodiscard]] std::string config_group_key(std::string_view data_id, std::string_view group,
                                           std::string_view space);

}  // namespace batata::nacos
