#include "net/http2_protocol.h"

#include "base/assert.h"

namespace batata::net {
namespace {

constexpr unsigned kFirstUnknownType = 0x0a;  // of frames: RFC 9113 has ten

}  // namespace

nghttp2_option* http2_options() {
  nghttp2_option* options = nullptr;
  BATATA_ASSERT(nghttp2_option_new(&options) == 0);  // it fails for memory only
  nghttp2_option_set_no_closed_streams(options, 1);  // else closed streams are kept for the priority tree
  nghttp2_option_set_max_settings(options, 32);
  nghttp2_option_set_max_outbound_ack(options, 1000);
  for (unsigned type = kFirstUnknownType; type <= 0xff; ++type)
    nghttp2_option_set_user_recv_extension_type(options, static_cast<std::uint8_t>(type));
  return options;
}

// nghttp2 tells of such frames only where somebody unpacks them.
int ignore_http2_frame(nghttp2_session*, void**, const nghttp2_frame_hd*, void*) {
  return NGHTTP2_ERR_CANCEL;
}

nghttp2_nv header_field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

nghttp2_nv literal_field(std::string_view name, std::string_view value) {
  auto field = header_field(name, value);
  field.flags = NGHTTP2_NV_FLAG_NO_COPY_NAME;
  return field;
}

}  // namespace batata::net
