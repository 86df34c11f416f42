#include "base/gzip.h"

#include <zlib.h>

#include <string>

#include "base/assert.h"

namespace batata {

std::string gzip(std::string_view data) {
  constexpr int kWindow = 15 + 16;  // the largest one, and a gzip head instead of zlib's
  constexpr int kMemory = 8;        // zlib's default
  z_stream stream{};
  int status = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindow, kMemory, Z_DEFAULT_STRATEGY);
  BATATA_ASSERT(status == Z_OK);  // out of memory
  std::string out(deflateBound(&stream, static_cast<uLong>(data.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  status = deflate(&stream, Z_FINISH);
  BATATA_ASSERT(status == Z_STREAM_END);  // the bound is enough
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace batata
