#include "replica/load_state.h"

#include <utility>

namespace batata::replica {

Result<std::optional<Position>> load_state(StateStorage& storage, store::Store& store) {
  if (auto opened = storage.open(); !opened) return fail(std::move(opened.error()), "state");
  std::optional<Position> position;
  bool has_meta = false, is_empty = true;
  const auto loaded = storage.load([&](std::string_view name, std::string_view value) -> Status {
    is_empty = false;
    has_meta |= store::is_meta_record(name);
    if (name != kPositionName) return store.restore(name, value);
    auto decoded = decode_position(value);
    if (!decoded) return tl::unexpected(std::move(decoded.error()));
    position = std::move(*decoded);
    return {};
  });
  if (!loaded) return fail(loaded.error(), "state");
  if (!position && !is_empty)
    return fail(Errc::kDamaged, "damaged state: it does not say where in the log it stands");
  if (position && !has_meta)  // revisions would be given out anew
    return fail(Errc::kDamaged, "damaged state: it does not say at which revision it stands");
  return position;
}

}  // namespace batata::replica
