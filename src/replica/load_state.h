#pragma once
#include <optional>

#include "base/result.h"
#include "replica/position.h"
#include "replica/state_storage.h"
#include "store/store.h"

namespace batata::replica {

/// Opens `storage` and brings all of it into `store`, which is fresh. Gives where it stands; nothing when it
/// is empty. Blocks. Errors: kDamaged for a state that is not whole; kUnsupported for another format version;
/// those of the storage.
[[nodiscard]] Result<std::optional<Position>> load_state(StateStorage& storage, store::Store& store);

}  // namespace batata::replica
