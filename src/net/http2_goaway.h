#pragma once
#include <cstdint>
#include <string>

namespace batata::net {

/// A frame of GOAWAY: the last stream that was worked on, and why. Source: RFC 9113, section 6.8.
[[nodiscard]] std::string goaway_frame(std::uint32_t last_stream, std::uint32_t error_code,
                                       std::string_view reason = {});

/// All that a client hears whose connection is one too many: empty SETTINGS, and GOAWAY with
/// ENHANCE_YOUR_CALM before any stream.
[[nodiscard]] std::string too_many_http2();

}  // namespace batata::net
