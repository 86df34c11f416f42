#pragma once
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"

namespace batata {

/// Lets one task at a time act on a name; the others wait in the order in which they came. Loop only.
///
/// A wait here has no deadline of its own: it lasts as long as those before it in the line hold the name, and
/// what they do then has deadlines. The line has no bound of its own: who takes turns bounds what waits for
/// them. Tasks may be cancelled at any time. Outlives every Turn and every wait.
class Turns {
 public:
  explicit Turns(Runtime& runtime) : runtime_(runtime) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  /// The right to act on a name, until it is destroyed.
  class Turn {
   public:
    Turn(Turn&& other) noexcept
        : turns_(std::exchange(other.turns_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->pass(name_);
    }

   private:
    friend Turns;
    Turn(Turns& turns, std::string name) : turns_(&turns), name_(std::move(name)) {}
    Turns* turns_;
    std::string name_;
  };

  /// Completes when nobody who asked before holds or awaits `name`; at once when nobody does.
  [[nodiscard]] Task<Turn> take(std::string name);
  /// Names that somebody holds.
  [[nodiscard]] std::size_t held() const { return lines_.size(); }

 private:
  struct Place;
  void pass(const std::string& name);

  Runtime& runtime_;
  std::unordered_map<std::string, std::list<Place*>> lines_;  // of held names; a line stays where it is
};

}  // namespace batata
