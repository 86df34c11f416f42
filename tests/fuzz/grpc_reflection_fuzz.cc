// Any message is answered, or is no request; the answer is a message that repeats it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/protobuf.h"
#include "faces/grpc/reflection.h"
#include "faces/nacos/grpc/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const batata::grpc::Reflection& reflection =
      *new batata::grpc::Reflection(batata::nacos::grpc_schema());
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const auto answer = reflection.answer(message);
  BATATA_ASSERT(answer.has_value() == batata::grpc::decode_reflection_request(message).has_value());
  if (!answer) return 0;
  batata::protobuf::Fields fields(*answer);
  bool repeated = false;
  while (fields.next()) repeated |= fields.is(2) && fields.bytes() == message;
  BATATA_ASSERT(fields.ok() && repeated);
  return 0;
}
