#include "replica/segment_preparation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "replica/segment.h"

namespace batata::replica {

Status SegmentPreparation::step() {
  Status made = file_ == nullptr ? begin() : Status();
  if (made) made = next_piece();
  if (made) return {};
  if (std::exchange(file_, nullptr) != nullptr) (void)disk_.remove(kPreparedName);  // its room is the log's
  return fail(std::move(made.error()), "prepare a log file");
}

Status SegmentPreparation::begin() {
  // Else it would take the last of the room, for a moment, from a log that has to grow.
  if (const auto free = disk_.free_bytes(); free && *free < bytes_ + left_free_)
    return fail(Errc::kResourceExhausted,
                fmt::format("{} bytes are free, and {} are to be left", *free, left_free_));
  auto file = disk_.create(kPreparedName);
  if (!file) return tl::unexpected(std::move(file.error()));
  file_ = std::move(*file);
  return {};
}

Status SegmentPreparation::next_piece() {
  constexpr std::uint64_t kPiece = 1u << 20;
  const std::string zeros(std::min(bytes_ - at_, kPiece), '\0');
  if (auto written = file_->write(at_, zeros); !written) return written;
  // One piece after the other: the log's own syncs wait for what the disk has been given before.
  if (auto synced = file_->sync(); !synced) return synced;
  at_ += zeros.size();
  return {};
}

}  // namespace batata::replica
