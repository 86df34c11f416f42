#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "domain/config/config_transfer.h"
#include "faces/nacos/common/family.h"
#include "faces/nacos/config/config_params.h"
#include "wire/http.h"

namespace batata::nacos {

// What exports, imports and copies of configs are asked and answer. Pure; any thread, but for `read_wishes`.

/// Why nothing was published at all. Source: upstream's ResultCodeEnum (2.5.1) and ErrorCode (3.1).
enum class TransferFailure : std::uint8_t {
  kNoNamespace,
  kIllegalMetadata,
  kUnreadable,
  kEmpty,
  kNothingSelected,
};
/// `has_count`: the count of published configs is said, which is 0.
[[nodiscard]] wire::Response transfer_failed(Surface surface, TransferFailure failure, bool has_count = true);
/// The answer to an archive that is no import, or that the server could not import.
[[nodiscard]] wire::Response import_failed(Surface surface, const domain::ImportError& error);
/// The answer to configs that have been published, `what` says how in v1 ("import success").
[[nodiscard]] wire::Response transferred(Surface surface, std::string_view what,
                                         const domain::TransferOutcome& outcome,
                                         const std::vector<domain::Unrecognized>& unrecognized);
/// An error of the domain.
[[nodiscard]] wire::Response transfer_error(Surface surface, const Error& error);

/// An archive as a file to keep, named for the time.
[[nodiscard]] wire::Response archive_answer(Surface surface, std::string bytes, WallTime now);

/// `policy`; ABORT without one. A word that is none is refused.
[[nodiscard]] Parsed<domain::SamePolicy> policy_of(const wire::Request& request, Surface surface);

/// The list of configs to copy: JSON objects with the number of a config, and other names for it. Loop only:
/// it uses this thread's parser.
[[nodiscard]] Parsed<std::vector<domain::CloneWish>> read_wishes(const wire::Request& request,
                                                                 Surface surface);
constexpr std::size_t kWishesMax = 20'000;  ///< as configs in an archive

}  // namespace batata::nacos
