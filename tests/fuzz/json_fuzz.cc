// Any bytes are JSON or are refused; what was read is written back as the same values, and is asked for every
// kind of value without harm.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/json.h"

namespace {

using namespace batata;

// Numbers are written as text: not all of them fit into one of the writer's kinds.
void write(const json::Value& value, json::Writer& out) {
  (void)value.as_int();
  (void)value.as_double();
  (void)value["a"]["b"].as_bool();
  if (value.is_null()) {
    out.null();
  } else if (value.is_object()) {
    out.begin_object();
    value.each_member([&out](std::string_view name, json::Value member) { write(member, out.key(name)); });
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    value.each([&out](json::Value element) { write(element, out); });
    out.end_array();
  } else {
    const auto text = value.as_text();
    BATATA_ASSERT(text.has_value());
    out.string(*text);
  }
}

std::string written(const json::Value& value) {
  std::string text;
  json::Writer out(text);
  write(value, out);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  BATATA_ASSERT(json::parse_aside(text).has_value() == value.has_value());
  if (!value) return 0;
  const std::string once = written(*value);
  const auto again = json::parse(once);
  BATATA_ASSERT(again.has_value() && written(*again) == once);
  return 0;
}
