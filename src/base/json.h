#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::json {

/// A value inside the document that `parse` made last on this thread; dead after the next `parse` there.
/// Absent members give an absent Value, so lookups chain: `v["instance"]["port"].as_int()`.
class Value {
 public:
  Value() = default;
  [[nodiscard]] bool present() const { return tape_ != nullptr; }
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_string() const;

  /// The member named `key` of an object; absent for other kinds. Where a name occurs twice the first one
  /// counts.
  [[nodiscard]] Value operator[](std::string_view key) const;

  /// Each is empty when the value is absent, null or of a kind that Jackson would not convert either: numbers
  /// may come as strings ("8080"), booleans as "true" and "false", strings as numbers or booleans.
  [[nodiscard]] std::optional<std::string_view> as_string() const;  ///< of a JSON string only
  [[nodiscard]] std::optional<std::string> as_text() const;         ///< also of numbers and booleans
  [[nodiscard]] std::optional<std::int64_t> as_int() const;
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<bool> as_bool() const;

  /// Calls `visit` for each element of an array, each member of an object; does nothing for other kinds.
  void each(const std::function<void(Value)>& visit) const;
  void each_member(const std::function<void(std::string_view, Value)>& visit) const;

 private:
  friend Result<Value> parse(std::string_view text);
  friend Result<Value> parse_aside(std::string_view text);
  const void* tape_ = nullptr;  // simdjson's dom::element, taken apart: its header is slow to compile
  std::uint64_t index_ = 0;
};

/// Parses a whole JSON text with this thread's parser.
/// Nesting is limited to 128 levels, size to 16 MiB. Errors: kInvalidArgument.
[[nodiscard]] Result<Value> parse(std::string_view text);
/// The same with a second parser: what `parse` gave stays alive; dead after the next `parse_aside`. For a
/// small text that must be read while a request's body is being looked at.
[[nodiscard]] Result<Value> parse_aside(std::string_view text);

/// Appends JSON to a string: objects, arrays, members, with commas where they belong. Not thread-safe.
///
/// It escapes what JSON demands and nothing else. Doubles read as Java prints them for everyday sizes
/// ("1.0").
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);
  Writer& number(std::int64_t value);
  Writer& number(double value);
  Writer& boolean(bool value);
  Writer& null();
  /// Text that is JSON already.
  Writer& raw(std::string_view json);

  Writer& member(std::string_view name, std::string_view value) { return key(name).string(value); }
  Writer& member(std::string_view name, const char* value) { return key(name).string(value); }
  Writer& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
  Writer& member(std::string_view name, int value) {
    return key(name).number(static_cast<std::int64_t>(value));
  }
  Writer& member(std::string_view name, double value) { return key(name).number(value); }
  Writer& member(std::string_view name, bool value) { return key(name).boolean(value); }
  /// A member that is null for an empty text.
  Writer& text_or_null(std::string_view name, std::string_view text) {
    key(name);
    return text.empty() ? null() : string(text);
  }
  /// A member that is null when there is no text.
  template <class Text>
  Writer& text_or_null(std::string_view name, const std::optional<Text>& text) {
    key(name);
    return text ? string(*text) : null();
  }

 private:
  void separate();
  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace batata::json
