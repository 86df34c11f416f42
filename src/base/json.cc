#include "base/json.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>

namespace batata::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxDepth = 128;
constexpr std::size_t kBytesMax = 16u << 20;
constexpr std::size_t kMaxKeptBytes = 256u
                                      << 10;  // a parser that has grown beyond this for one text is dropped

static_assert(sizeof(dom::element) == 16, "Value keeps an element as a pointer and an index");

dom::element to_element(const void* tape, std::uint64_t index) {
  dom::element element;
  std::memcpy(static_cast<void*>(&element), &tape, sizeof tape);
  std::memcpy(static_cast<char*>(static_cast<void*>(&element)) + 8, &index, sizeof index);
  return element;
}

template <class Element>
void take_apart(const Element& element, const void*& tape, std::uint64_t& index) {
  std::memcpy(&tape, static_cast<const void*>(&element), 8);
  std::memcpy(&index, static_cast<const char*>(static_cast<const void*>(&element)) + 8, 8);
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// Where the next character that needs an escape stands, or the end. Eight bytes at a time: nearly all text
// has none.
std::size_t next_to_escape(std::string_view s, std::size_t from) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;
  const auto has_less = [](std::uint64_t word, std::uint64_t n) {
    return (word - kOnes * n) & ~word & kHighBits;
  };
  for (; from + sizeof(std::uint64_t) <= s.size(); from += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, s.data() + from, sizeof word);
    if ((has_less(word, 0x20) | has_less(word ^ kOnes * '"', 1) | has_less(word ^ kOnes * '\\', 1)) != 0)
      break;
  }
  while (from < s.size() && !needs_escape(static_cast<unsigned char>(s[from]))) ++from;
  return from;
}

void append_escaped(std::string& out, std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t clean = 0;
  for (std::size_t i = next_to_escape(s, 0); i < s.size(); i = next_to_escape(s, i + 1)) {
    const auto c = static_cast<unsigned char>(s[i]);
    out.append(s, clean, i - clean);
    clean = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(s, clean, s.size() - clean);
}

Result<dom::element> parse_with(std::unique_ptr<dom::parser>& parser, std::string_view text) {
  if (text.empty())
    return fail(Errc::kInvalidArgument, "Empty: no JSON found");  // it may have no address to copy from
  if (text.size() > kBytesMax) return fail(Errc::kInvalidArgument, "JSON text over 16 MiB");
  if (parser == nullptr || parser->capacity() > kMaxKeptBytes) {
    parser = std::make_unique<dom::parser>();
    if (parser->allocate(std::max<std::size_t>(text.size(), 1024), kMaxDepth) != simdjson::SUCCESS)
      return fail(Errc::kResourceExhausted, "no memory for JSON text");
  } else if (parser->capacity() < text.size() &&
             parser->allocate(text.size(), kMaxDepth) != simdjson::SUCCESS) {
    return fail(Errc::kResourceExhausted, "no memory for JSON text");
  }
  dom::element root;
  if (const auto error = parser->parse(text.data(), text.size(), true).get(root); error != simdjson::SUCCESS)
    return fail(Errc::kInvalidArgument, simdjson::error_message(error));
  return root;
}

}  // namespace

bool Value::is_null() const {
  return present() && to_element(tape_, index_).is_null();
}
bool Value::is_object() const {
  return present() && to_element(tape_, index_).is_object();
}
bool Value::is_array() const {
  return present() && to_element(tape_, index_).is_array();
}
bool Value::is_string() const {
  return present() && to_element(tape_, index_).is_string();
}

Value Value::operator[](std::string_view key) const {
  Value found;
  if (!is_object()) return found;
  dom::element element;
  if (to_element(tape_, index_).get_object().value_unsafe().at_key(key).get(element) == simdjson::SUCCESS)
    take_apart(element, found.tape_, found.index_);
  return found;
}

std::optional<std::string_view> Value::as_string() const {
  std::string_view text;
  if (!present() || to_element(tape_, index_).get_string().get(text) != simdjson::SUCCESS)
    return std::nullopt;
  return text;
}

std::optional<std::string> Value::as_text() const {
  if (!present()) return std::nullopt;
  const auto element = to_element(tape_, index_);
  switch (element.type()) {
    case dom::element_type::STRING:
      return std::string(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
      return element.get_bool().value_unsafe() ? "true" : "false";
    case dom::element_type::INT64:
      return std::to_string(element.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return std::to_string(element.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE: {
      std::string out;
      Writer(out).number(element.get_double().value_unsafe());
      return out;
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> Value::as_int() const {
  if (!present()) return std::nullopt;
  const auto element = to_element(tape_, index_);
  if (std::int64_t value; element.get_int64().get(value) == simdjson::SUCCESS) return value;
  if (double value; element.get_double().get(value) == simdjson::SUCCESS && std::abs(value) < 9e18)
    return static_cast<std::int64_t>(value);
  if (std::string_view text; element.get_string().get(text) == simdjson::SUCCESS)
    return number_in<std::int64_t>(text);
  return std::nullopt;
}

std::optional<double> Value::as_double() const {
  if (!present()) return std::nullopt;
  const auto element = to_element(tape_, index_);
  if (double value; element.get_double().get(value) == simdjson::SUCCESS) return value;
  if (std::string_view text; element.get_string().get(text) == simdjson::SUCCESS)
    return number_in<double>(text);
  return std::nullopt;
}

std::optional<bool> Value::as_bool() const {
  if (!present()) return std::nullopt;
  const auto element = to_element(tape_, index_);
  if (bool value; element.get_bool().get(value) == simdjson::SUCCESS) return value;
  if (std::string_view text; element.get_string().get(text) == simdjson::SUCCESS) {
    if (text == "true") return true;
    if (text == "false") return false;
  }
  return std::nullopt;
}

void Value::each(const std::function<void(Value)>& visit) const {
  if (!is_array()) return;
  for (const dom::element element : to_element(tape_, index_).get_array().value_unsafe()) {
    Value value;
    take_apart(element, value.tape_, value.index_);
    visit(value);
  }
}

void Value::each_member(const std::function<void(std::string_view, Value)>& visit) const {
  if (!is_object()) return;
  for (const auto [name, element] : to_element(tape_, index_).get_object().value_unsafe()) {
    Value value;
    take_apart(element, value.tape_, value.index_);
    visit(name, value);
  }
}

Result<Value> parse(std::string_view text) {
  thread_local std::unique_ptr<dom::parser> parser;
  const auto root = parse_with(parser, text);
  if (!root) return tl::unexpected(root.error());
  Value value;
  take_apart(*root, value.tape_, value.index_);
  return value;
}

Result<Value> parse_aside(std::string_view text) {
  thread_local std::unique_ptr<dom::parser> parser;
  const auto root = parse_with(parser, text);
  if (!root) return tl::unexpected(root.error());
  Value value;
  take_apart(*root, value.tape_, value.index_);
  return value;
}

void Writer::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}
Writer& Writer::begin_object() {
  separate();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}
Writer& Writer::end_object() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}
Writer& Writer::begin_array() {
  separate();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}
Writer& Writer::end_array() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}
Writer& Writer::key(std::string_view name) {
  separate();
  out_ += '"';
  append_escaped(out_, name);
  out_ += "\":";
  needs_comma_ = false;
  return *this;
}
Writer& Writer::string(std::string_view value) {
  separate();
  out_ += '"';
  append_escaped(out_, value);
  out_ += '"';
  return *this;
}
Writer& Writer::number(std::int64_t value) {
  separate();
  char buffer[24];
  out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  return *this;
}
Writer& Writer::number(double value) {
  separate();
  if (!std::isfinite(value)) {  // Jackson writes these as strings
    out_ += std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return *this;
  }
  char buffer[400];
  const double size = std::abs(value);
  // Java prints plain notation from 10^-3 up to 10^7 and its own exponent form outside.
  const bool plain = size == 0 || (size >= 1e-3 && size < 1e7);
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer, end);
  if (plain) {
    if (text.find('.') == std::string::npos) text += ".0";
  } else {
    const auto e = text.find('e');
    std::string mantissa = text.substr(0, e);
    if (mantissa.find('.') == std::string::npos) mantissa += ".0";
    const int exponent = std::stoi(text.substr(e + 1));
    text = mantissa + "E" + std::to_string(exponent);
  }
  out_ += text;
  return *this;
}
Writer& Writer::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}
Writer& Writer::null() {
  separate();
  out_ += "null";
  return *this;
}
Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace batata::json
