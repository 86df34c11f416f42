#pragma once

namespace batata {

/// Prints the broken invariant to standard error and ends the process. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace batata

/// A broken invariant ends the process, in release builds too: replicated state must not limp. Never for
/// input.
#define BATATA_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::batata::assertion_failed(#condition, __FILE__, __LINE__))
