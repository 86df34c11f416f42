#pragma once

namespace batata {

/// Whether a sanitizer looks on, which takes several times as long: tests that repeat themselves from seeds
/// do so less often then.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace batata
