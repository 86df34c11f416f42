#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batata::net {

class TlsStream;

/// Bytes on their way to one socket: what sessions write goes into one flat buffer, large shared values are
/// only referred to. One send takes it all. One thread.
class Output {
 public:
  /// What sessions have ready here before what there is has been sent; then they keep the rest themselves.
  static constexpr std::size_t kAheadMax = 256 << 10;

  /// Where short pieces are written. Append only.
  [[nodiscard]] std::string& flat() { return flat_; }
  void append(std::string_view bytes) { flat_.append(bytes); }
  /// Appends bytes that `owner` keeps alive, without a copy when they are long enough for that to pay.
  void append_shared(std::shared_ptr<const void> owner, std::string_view bytes);

  /// Bytes not sent yet.
  [[nodiscard]] std::size_t size() const { return flat_.size() + shared_bytes_ - sent_; }
  [[nodiscard]] bool empty() const { return size() == 0; }

  enum class Sent : std::uint8_t { kAll, kBlocked, kFailed };
  /// Sends as much as the socket takes; empty afterwards for kAll. `last`: our side of the connection ends at
  /// once behind it, so that its end may wait for that.
  Sent send_to(int socket, bool last = false);
  /// The same through TLS.
  Sent send_to(TlsStream& stream, bool last = false);
  /// Moves what is unsent to the end of `bytes`, at most `most` bytes of it: for tests and fuzzing.
  void take(std::string& bytes, std::size_t most);

  /// True when it has grown so far that keeping it for the next connection would waste memory.
  [[nodiscard]] bool is_oversized() const { return flat_.capacity() > kKeptBytes; }

 private:
  static constexpr std::size_t kWorthSharing = 1024;  // below, an iovec entry costs more than the copy
  static constexpr std::size_t kKeptBytes = 512 << 10;
  static constexpr int kPiecesMax = 64;  // iovec entries in one send
  struct Shared {
    std::size_t at;  // it stands before flat_[at]
    std::shared_ptr<const void> owner;
    std::string_view bytes;
  };
  template <class Visit>
  void each_unsent(Visit visit) const;  // visit(string_view) -> false: enough
  [[nodiscard]] std::string_view next_record(std::string& gathered) const;
  void clear();

  std::string flat_;
  std::vector<Shared> shared_;
  std::size_t shared_bytes_ = 0, sent_ = 0;
};

}  // namespace batata::net
