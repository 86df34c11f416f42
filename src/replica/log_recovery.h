#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "replica/log.h"
#include "replica/record.h"
#include "replica/segment.h"

namespace batata::replica {

/// Reads a log at start and leaves its Log ready to append. One use. See Log::open for what it refuses.
class LogRecovery {
 public:
  enum class Damage : std::uint8_t { kRefuse, kDropTail };
  LogRecovery(Log& log, const Log::Visit& visit, Damage damage = Damage::kRefuse)
      : log_(log), visit_(visit), damage_(damage) {}
  [[nodiscard]] Status run();

 private:
  struct Tail {
    std::uint64_t end = 0;               ///< behind the last byte that is not zero
    std::optional<std::uint64_t> later;  ///< offset of a record that a later write carried
  };
  Status find_segments();
  Status read_segment(std::size_t position);
  Status check_header(std::size_t position);
  Status read_records(std::size_t position);
  Result<std::optional<RecordHeader>> read_record(std::uint64_t size);
  Status accept(const RecordHeader& header, std::string_view record);
  Status end_of_log();
  Status drop_tail(const Error& damage, std::span<const Log::Segment> behind);
  Status read_anew();
  Status drop_file(const std::string& name);
  Status make_durable();
  Status cut_tail(const Tail& tail, std::string_view reason);
  Result<Tail> scan_tail(std::uint64_t size);
  Result<std::string_view> window(std::uint64_t offset, std::size_t bytes);
  tl::unexpected<Error> damaged(const std::string& what) const;

  Log& log_;
  const Log::Visit& visit_;
  const Damage damage_;
  std::uint64_t last_write_ = 0;  // where it began in the file; 0: the file has no record
  // A part of the file that is being read.
  std::string window_;
  std::uint64_t window_at_ = 0;
};

}  // namespace batata::replica
