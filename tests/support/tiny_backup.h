#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "replica/backup_file.h"
#include "replica/position.h"
#include "store/store.h"

namespace batata {

/// A backup of a store that nobody has written to.
inline std::string tiny_backup() {
  std::vector<store::Record> records{store::Store().meta_record(),
                                     replica::encode(replica::Position{LogIndex{5}, Term{2}, {}, {}})};
  std::ranges::sort(records, {}, &store::Record::name);
  replica::BackupWriter writer(WallTime{1});
  for (const store::Record& record : records) writer.add(record.name, record.value);
  writer.end();
  return writer.take();
}

}  // namespace batata
