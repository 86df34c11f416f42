#pragma once
#include <string.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace batata {

/// Overwrites `text` with zeros, so that no dump of the memory shows it, and empties it.
inline void wipe(std::string& text) {
  text.resize(text.capacity());  // what an earlier, longer value left behind, too
  explicit_bzero(text.data(), text.size());
  text.clear();
}

/// Bytes that must not be shown: a password, a key. They are zeroed when it goes.
///
/// It cannot be formatted, compared or copied by accident; `reveal` is where one has to look. The string it
/// is made of is taken and wiped. One owner, any thread.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string&& bytes) : bytes_(bytes) { wipe(bytes); }
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    wipe(other.bytes_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  /// Valid while the Secret lives and is not assigned to. Never log it, never store it.
  [[nodiscard]] std::string_view reveal() const { return bytes_; }
  [[nodiscard]] Secret copy() const { return Secret(std::string(bytes_)); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

}  // namespace batata
