// Any bytes as a log entry: decoded or refused, and what was decoded encodes to the same commands and can be
// applied.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/assert.h"
#include "store/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata;
  const auto commands = store::decode_commands(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!commands) return 0;
  std::string again;
  for (const auto& command : *commands) store::encode(command, again);
  const auto decoded = store::decode_commands(again);
  BATATA_ASSERT(decoded && *decoded == *commands);
  // Each may double a value: a handful is enough to see that they are carried out.
  constexpr int kCopiesMax = 8;
  int copies = 0;
  for (const auto& command : *commands)
    for (const auto& op : command.txn.then) copies += std::holds_alternative<store::PutCopy>(op) ? 1 : 0;
  if (copies > kCopiesMax) return 0;
  store::Store store, twin;
  for (const auto& command : *commands) (void)store.apply(command);
  for (const auto& record : store.snapshot()) BATATA_ASSERT(twin.restore(record.name, record.value));
  BATATA_ASSERT(twin.digest() == store.digest());
  return 0;
}
