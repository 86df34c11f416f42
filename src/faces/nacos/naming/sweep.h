#pragma once
#include <cstdint>
#include <map>

namespace batata::nacos {

/// A round through subscribers in the order of their serials, some at a time. A change in the middle of it
/// lengthens it to a whole round from there: it does not begin anew, or the last ones would never have their
/// turn. Pure; one thread.
class Sweep {
 public:
  /// From here on everybody is to be met, once.
  void meet_everybody() {
    to_ = UINT64_MAX;
    then_to_ = from_;
    under_way_ = true;
  }
  [[nodiscard]] bool under_way() const { return under_way_; }
  /// Whether one of that serial has still to be met.
  [[nodiscard]] bool meets(std::uint64_t serial) const {
    return under_way_ && ((serial >= from_ && serial < to_) || serial < then_to_);
  }
  /// Calls `tell(serial, subscriber)`, which leaves `all` as it is, for up to `most` of those who are met
  /// next; how many there were.
  template <class T, class Tell>
  int advance(std::map<std::uint64_t, T>& all, int most, Tell tell) {
    int told = 0;
    while (under_way_ && told < most) {
      auto it = all.lower_bound(from_);
      const auto end = all.lower_bound(to_);
      for (; it != end && told < most; ++it, ++told) tell(it->first, it->second);
      if (it != end) {
        from_ = it->first;
      } else {
        turn();
      }
    }
    return told;
  }

 private:
  void turn() {
    from_ = 0;
    to_ = then_to_;
    then_to_ = 0;
    under_way_ = to_ > 0;
  }
  bool under_way_ = false;
  std::uint64_t from_ = 0, to_ = 0;  // who is met next, without the last
  std::uint64_t then_to_ = 0;        // and then from the first one up to here
};

}  // namespace batata::nacos
