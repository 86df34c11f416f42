#include "faces/nacos/naming/udp_messages.h"

#include "base/gzip.h"
#include "base/json.h"

namespace batata::nacos {

std::string encode_udp_push(std::string_view service_info, std::int64_t reference) {
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .member("type", "dom")
      .member("data", service_info)
      .member("lastRefTime", reference)
      .end_object();
  return text.size() < kCompressedFrom ? text : gzip(text);
}

Result<std::int64_t> decode_udp_ack(std::string_view bytes) {
  // Some clients send what is left of their buffer, too.
  while (!bytes.empty() && static_cast<unsigned char>(bytes.back()) <= ' ') bytes.remove_suffix(1);
  const auto json = json::parse(bytes);
  if (!json) return fail(json.error(), "acknowledgement");
  const auto reference = (*json)["lastRefTime"].as_int();
  if (!reference) return fail(Errc::kInvalidArgument, "acknowledgement without lastRefTime");
  return *reference;
}

}  // namespace batata::nacos
