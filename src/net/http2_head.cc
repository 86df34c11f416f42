#include "net/http2_head.h"

namespace batata::net {

Http2Head::Added Http2Head::add(std::string_view field, std::string_view value, const Room& room) {
  const bool too_many = fields.size() >= room.fields;
  if (too_many || text.size() + field.size() + value.size() > room.bytes) {
    oversized = true;
    return too_many ? Added::kTooMany : Added::kTooLarge;
  }
  fields.push_back({static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(field.size()),
                    static_cast<std::uint32_t>(value.size())});
  text.append(field).append(value);
  return Added::kYes;
}

std::string_view Http2Head::find(std::string_view wanted) const {
  for (const Field& field : fields)
    if (name(field) == wanted) return value(field);
  return {};
}

void Http2Head::clear() {
  text.clear();
  fields.clear();
  oversized = false;
}

Http2Head& spare_head() {
  thread_local Http2Head spare;
  return spare;
}

}  // namespace batata::net
