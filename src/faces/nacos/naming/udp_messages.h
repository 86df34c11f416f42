#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::nacos {

/// The datagram that tells a client of 1.x a service's instances. `service_info` is JSON, `reference` what
/// its acknowledgement repeats. From kCompressedFrom bytes on the whole datagram is gzip, which clients know
/// by its first bytes. Source: upstream's UdpPushService.
[[nodiscard]] std::string encode_udp_push(std::string_view service_info, std::int64_t reference);

/// The reference in a client's answer. Java sends it as a string, Node as a number; what else the answer says
/// is not looked at, as by upstream. Errors: kInvalidArgument.
[[nodiscard]] Result<std::int64_t> decode_udp_ack(std::string_view bytes);

inline constexpr std::size_t kCompressedFrom = 1024;

}  // namespace batata::nacos
