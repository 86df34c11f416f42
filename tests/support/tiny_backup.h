#pragma once
#include <string>

#include "replica/position.h"
#include "store/store.h"
#include "tests/support/backup_bytes.h"

namespace batata {

/// A backup of a store that nobody has written to.
inline std::string tiny_backup() {
  return backup_of(
      {replica::encode(replica::Position{LogIndex{5}, Term{2}, {}, {}}), store::Store().meta_record()});
}

}  // namespace batata
