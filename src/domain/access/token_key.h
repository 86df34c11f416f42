#pragma once
#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace batata::domain {

/// The key that signs tokens, from the Base64 text of the setting
/// `nacos.core.auth.plugin.nacos.token.secret.key`.
///
/// Errors: kInvalidArgument, with a sentence for the operator that does not show the text: it is not Base64,
/// it is shorter than kTokenKeyBytesMin once decoded, or it is one that a product once came with and that
/// everybody therefore knows.
[[nodiscard]] Result<Secret> decode_token_key(std::string_view text);

/// Whether the key is the example of the product's documents, which is accepted but protects nobody: who
/// starts the server says so.
[[nodiscard]] bool is_documents_example(std::string_view text);

inline constexpr std::size_t kTokenKeyBytesMin = 32;  ///< what HMAC-SHA-256 needs, and upstream asks for

}  // namespace batata::domain
