#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "store/store.h"

namespace batata::store {

/// Walks through a range of keys, some at a time, so that the loop can do other things in between: each slice
/// is as it stands when it is taken, and what was written meanwhile behind it is found. Loop only; the store
/// outlives it.
///
///     for (Slices slices(store, range, 1000); !slices.done();) {
///       for (const KeyValuePtr& stored : slices.next()) …
///       if (!slices.done()) co_await next_turn(runtime);
///     }
class Slices {
 public:
  Slices(const Store& store, KeyRange range, std::size_t keys_max)
      : store_(store), rest_(std::move(range)), keys_max_(keys_max) {}

  /// True when all keys have been given.
  [[nodiscard]] bool done() const { return done_; }
  /// The next keys in their order, at most `keys_max`; none only at the end.
  [[nodiscard]] std::vector<KeyValuePtr> next() {
    auto slice = store_.latest().range(rest_, keys_max_);
    done_ = slice.size() < keys_max_;
    if (!done_) rest_ = rest_.after(slice.back()->key);
    return slice;
  }

 private:
  const Store& store_;
  KeyRange rest_;
  const std::size_t keys_max_;
  bool done_ = false;
};

}  // namespace batata::store
