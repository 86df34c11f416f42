#include "async/turns.h"

namespace batata {

// A place in the line of a name, in the frame of the task that waits. It leaves the line with the task; a
// task that was called and cancelled before it could resume passes the turn on.
struct Turns::Place {
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

Task<Turns::Turn> Turns::take(std::string name) {
  if (const auto [line, free] = lines_.try_emplace(name); !free) {
    Place place(*this, name, line->second);
    const bool called = co_await place.called;
    place.taken = called;
  }
  co_return Turn(*this, std::move(name));
}

void Turns::pass(const std::string& name) {
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

}  // namespace batata
