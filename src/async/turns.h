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
/// what they do then has deadlines. Tasks may be cancelled at any time. Outlives every Turn and every wait.
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
  [[nodiscard]] Task<Turn> take(std::string name) {
    if (const auto [line, free] = lines_.try_emplace(name); !free) {
      Place place(*this, name, line->second);
      const bool called = co_await place.called;
      place.taken = called;
    }
    co_return Turn(*this, std::move(name));
  }
  /// Names that somebody holds.
  [[nodiscard]] std::size_t held() const { return lines_.size(); }

 private:
  // A place in the line of a name, in the frame of the task that waits. It leaves the line with the task; a
  // task that was called and cancelled before it could resume passes the turn on.
  struct Place {
    Place(Turns& owner, const std::string& of, std::list<Place*>& in)
        : turns(owner), name(of), line(in), called(owner.runtime_), where(in.insert(in.end(), this)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (waits) {
        line.erase(where);
      } else if (!taken) {
        turns.pass(name);
      }
    }
    Turns& turns;
    const std::string& name;
    std::list<Place*>& line;
    OneShot<bool> called;
    std::list<Place*>::iterator where;
    bool waits = true, taken = false;
  };

  void pass(const std::string& name) {
    const auto found = lines_.find(name);
    if (found->second.empty()) {
      lines_.erase(found);
      return;
    }
    Place& next = *found->second.front();
    found->second.pop_front();
    next.waits = false;
    next.called.setter().set(true);
  }

  Runtime& runtime_;
  std::unordered_map<std::string, std::list<Place*>>
      lines_;  // of held names; their nodes stay where they are
};

}  // namespace batata
