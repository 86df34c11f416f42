// Any body is a form within its bounds, or is refused; the parts come from the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/assert.h"
#include "wire/multipart.h"

namespace {

bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<> not_behind;
  return part.empty() || (not_behind(whole.data(), part.data()) &&
                          not_behind(part.data() + part.size(), whole.data() + whole.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The first line is a Content-Type, the rest a body.
  const auto boundary = multipart_boundary(text.substr(0, text.find('\n')));
  const auto body = text.substr(std::min(size, text.find('\n')));
  const auto parts = parse_multipart(body, boundary.value_or("b"));
  if (!parts) return 0;
  BATATA_ASSERT(parts->size() <= kFormPartsMax);
  const char* before = body.data();
  for (const FormPart& part : *parts) {
    for (const auto view : {part.name, part.content, part.filename, part.content_type})
      BATATA_ASSERT(lies_in(view, body));
    BATATA_ASSERT(part.is_file || part.filename.empty());
    if (part.name.empty()) continue;
    BATATA_ASSERT(part.name.data() >= before);
    before = part.name.data();
  }
  return 0;
}
