#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "net/gzip_codec.h"
#include "wire/grpc.h"

namespace batata::net {

/// A grpc-timeout header: 1 to 8 digits and a unit of H, M, S, m, u or n. Nothing when it is malformed.
/// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
[[nodiscard]] std::optional<Duration> parse_grpc_timeout(std::string_view text);

/// A grpc-message header: bytes outside printable ASCII, and '%', become %XX. Cut at 4 KiB, so that a trailer
/// fits into every client's header limit.
[[nodiscard]] std::string encode_grpc_message(std::string_view message);

/// The text of a grpc-message header. What is no %XX stays as it is, as the protocol wants it.
[[nodiscard]] std::string decode_grpc_message(std::string_view header);

/// A grpc-timeout header of at least `timeout`: as exact as its eight digits allow. Not above zero: "1n".
[[nodiscard]] std::string format_grpc_timeout(Duration timeout);

/// Whether a content-type is that of gRPC, whatever its messages are made of.
[[nodiscard]] bool is_grpc_type(std::string_view content_type);

/// Bytes of a message's framing.
constexpr std::size_t kGrpcMessageHead = 5;

/// Takes gRPC messages out of the bytes of a stream. It buffers only what is not whole yet, at most one
/// message of the limit, and what is held. One thread.
class MessageReader {
 public:
  /// `limit`: what a message may have, also unpacked. `gzip`: the stream has announced that its messages may
  /// be packed.
  MessageReader(UnpackLimit limit, bool gzip) : limit_(limit), gzip_(gzip) {}

  /// Calls visit(string_view) for every whole message; it returns false to end. An error status when the
  /// stream breaks the protocol or the limit; nothing more may be fed then.
  template <class Visit>
  std::optional<wire::GrpcStatus> feed(std::string_view bytes, Visit visit) {
    if (!buffer_.empty()) {
      buffer_.append(bytes);
      bytes = buffer_;
    }
    const std::string_view all = bytes;
    std::optional<wire::GrpcStatus> error;
    std::string unpacked;
    std::string_view message;
    while (take(bytes, message, unpacked, error) && visit(message)) {
    }
    keep(all, bytes);
    return error;
  }
  /// Keeps bytes of the stream for the next feed(), however many messages they hold.
  void hold(std::string_view bytes) { buffer_.append(bytes); }
  /// Lets go of what is not whole. Nothing more may be fed then.
  void forget() { std::string().swap(buffer_); }
  /// Bytes of a message that is not whole.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }

 private:
  bool take(std::string_view& bytes, std::string_view& message, std::string& unpacked,
            std::optional<wire::GrpcStatus>& error) const;
  void keep(std::string_view all, std::string_view rest);

  const UnpackLimit limit_;
  const bool gzip_;
  std::string buffer_;
};

}  // namespace batata::net
