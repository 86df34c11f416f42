#include "cli/common/answers.h"

#include <fmt/format.h>

namespace batata::cli {

tl::unexpected<Error> not_ours() {
  return fail(Errc::kInternal, "the server's answer is not what a Nacos server would say; is it one?");
}

std::string paging_note(const Invocation& wanted, std::size_t shown, std::int64_t total) {
  const std::int64_t before = static_cast<std::int64_t>(wanted.page - 1) * wanted.page_size;
  if (before + static_cast<std::int64_t>(shown) >= total) return {};
  return fmt::format("{} of {} shown; the next ones: --page {}\n", shown, total, wanted.page + 1);
}

}  // namespace batata::cli
