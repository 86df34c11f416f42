#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// For an answer that is not what the imitated product would say.
[[nodiscard]] tl::unexpected<Error> not_ours();

/// "100 of 250 shown; the next ones: --page 2" and a line end, for people who would otherwise miss the rest;
/// empty where the last page is shown.
[[nodiscard]] std::string paging_note(const Invocation& wanted, std::size_t shown, std::int64_t total);

}  // namespace batata::cli
