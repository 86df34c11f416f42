#include "net/gzip_codec.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace batata::net {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;  // 16: gzip, nothing else

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write there
}

// Ends zlib's stream with the scope.
struct Inflater {
  z_stream stream{};
  bool ready = inflateInit2(&stream, kGzipWindow) == Z_OK;
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
};

struct Deflater {
  z_stream stream{};
  bool ready = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready) deflateEnd(&stream);
  }
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, const UnpackLimit& limit) {
  Inflater inflater;
  if (!inflater.ready) return fail(Errc::kResourceExhausted, "no memory to unpack");
  z_stream& stream = inflater.stream;
  stream.next_in = bytes_of(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  const std::size_t by_ratio =
      limit.ratio == 0 ? limit.bytes : std::max(kUnpackedFreely, packed.size() * limit.ratio);
  const std::size_t most = std::min(limit.bytes, by_ratio);
  std::string out;
  std::array<char, 16 << 10> part;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = part.size();
    const int result = inflate(&stream, Z_NO_FLUSH);
    out.append(part.data(), part.size() - stream.avail_out);
    if (out.size() > most) return fail(Errc::kResourceExhausted, "what is packed is too large");
    if (result == Z_STREAM_END) break;
    if (result != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
      return fail(Errc::kInvalidArgument, "what is packed is no whole gzip stream");
  }
  if (stream.avail_in != 0) return fail(Errc::kInvalidArgument, "there are bytes behind the gzip stream");
  return out;
}

std::string gzip_fast(std::string_view plain) {
  thread_local Deflater deflater;
  z_stream& stream = deflater.stream;
  if (!deflater.ready || deflateReset(&stream) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = bytes_of(plain);
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
  out.resize(stream.total_out);
  return out;
}

}  // namespace batata::net
