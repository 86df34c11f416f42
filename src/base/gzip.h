#pragma once
#include <string>
#include <string_view>

namespace batata {

/// `data` as one gzip member (RFC 1952), at the usual effort. Any thread. Defined in platform/gzip/gzip.cc.
[[nodiscard]] std::string gzip(std::string_view data);

}  // namespace batata
