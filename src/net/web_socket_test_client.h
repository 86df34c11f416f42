#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/web_socket_codec.h"

namespace batata::net {

enum class Fin : std::uint8_t { kNo, kYes };

/// A frame as a client sends it, masked. For tests.
inline std::string client_frame(Opcode opcode, std::string_view payload, Fin fin = Fin::kYes) {
  constexpr std::array<char, 4> kMask = {'\x37', '\xfa', '\x21', '\x3d'};
  std::string frame;
  append_frame_head(frame, opcode, payload.size());
  if (fin == Fin::kNo) frame[0] = static_cast<char>(frame[0] & 0x7f);
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return frame;
}

/// The whole frames at the front of what a server has sent, which they leave; for tests.
inline std::vector<std::pair<Opcode, std::string>> server_frames(std::string& bytes) {
  std::vector<std::pair<Opcode, std::string>> frames;
  for (;;) {
    if (bytes.size() < 2) return frames;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t head = 2, size = at(1);
    if (size == 126 || size == 127) {
      const std::size_t extra = size == 126 ? 2 : 8;
      if (bytes.size() < head + extra) return frames;
      size = 0;
      for (std::size_t i = 0; i < extra; ++i) size = size << 8 | at(2 + i);
      head += extra;
    }
    if (bytes.size() - head < size) return frames;
    frames.emplace_back(static_cast<Opcode>(at(0) & 0x0f), bytes.substr(head, size));
    bytes.erase(0, head + size);
  }
}

}  // namespace batata::net
