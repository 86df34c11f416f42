#include "net/http2_head.h"

namespace batata::net {

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
