// Paths, forms and parameters as any client may send them.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "wire/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto path = normalise_path(text)) {
    BATATA_ASSERT(path->starts_with('/') && path->find('\0') == std::string::npos);
    BATATA_ASSERT(path->find("//") == std::string::npos && path->find("/../") == std::string::npos);
    BATATA_ASSERT(!is_normal_path(text) || *path == text);
  } else {
    BATATA_ASSERT(!is_normal_path(text));
  }
  BATATA_ASSERT(percent_decode(text, true).size() <= size);

  Request request;
  request.method = Method::kPost;
  request.query = text.substr(0, size / 2);
  request.body = text.substr(size / 2);
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  const bool before = request.param("a").has_value();
  request.own();
  BATATA_ASSERT(request.param("a").has_value() == before);

  Response response;
  response.header("X", text);
  BATATA_ASSERT(response.headers.find('\n') == response.headers.size() - 1);
  return 0;
}
