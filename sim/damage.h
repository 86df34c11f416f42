#pragma once
#include <cstdint>
#include <string>

#include "replica/node_options.h"
#include "sim/sim_disk.h"
#include "sim/sim_state.h"

namespace batata::sim {

/// What became of a start on a damaged copy of a disk.
struct DamageTrial {
  enum class Outcome : std::uint8_t {
    kRefused,   ///< as damaged
    kHarmless,  ///< it opened, with all that was there
    kEndLost    ///< it opened with all that lies before the damage: of damage at the log's end
                ///< docs/formats.md says that it cannot be seen
  };
  Outcome outcome = Outcome::kHarmless;
  std::string failure;  ///< empty: one of these
};

/// Damages a copy of the disk in one place by dice, as worn-out or misdirecting media do: a flipped bit, a
/// sector of zeros, a sector whose bytes belong to another place. Then tries a start on it and compares with
/// one on an undamaged copy: what is not refused must have lost nothing, or, where nobody can see the damage,
/// nothing but what begins with it: it must be as one on a log that was cut there. `disk` and `state` stay as
/// they are.
[[nodiscard]] DamageTrial try_damage(const SimDisk& disk, const SimState& state,
                                     const replica::NodeOptions& options, const SimDisk::Chance& chance);

}  // namespace batata::sim
