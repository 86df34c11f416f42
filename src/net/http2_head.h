#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batata::net {

/// The head of an HTTP/2 request or answer, as it arrives field by field.
struct Http2Head {
  struct Field {
    std::uint32_t name_at, name_size, value_size;  // the value follows the name
  };
  std::string text;
  std::vector<Field> fields;
  bool oversized = false;  ///< it had more than was allowed, and fields are missing

  struct Room {
    std::size_t bytes, fields;
  };
  enum class Added : std::uint8_t { kYes, kTooMany, kTooLarge };
  /// Adds a field. Where that is more than there is room for, the head is oversized from now on.
  Added add(std::string_view field, std::string_view value, const Room& room);
  [[nodiscard]] std::string_view name(const Field& f) const { return {text.data() + f.name_at, f.name_size}; }
  [[nodiscard]] std::string_view value(const Field& f) const {
    return {text.data() + f.name_at + f.name_size, f.value_size};
  }
  /// The value of the first field of that name; empty when there is none.
  [[nodiscard]] std::string_view find(std::string_view wanted) const;
  void clear();
};

/// The buffer of the last head of this thread, for the next one: idle connections keep none.
[[nodiscard]] Http2Head& spare_head();

}  // namespace batata::net
