#pragma once
#include <cstddef>

namespace batata {

/// Counts something in a total from its beginning to its end, however it ends. The total outlives it, and
/// belongs to one thread.
class Counted {
 public:
  explicit Counted(std::size_t& total, std::size_t amount = 1) : total_(total), amount_(amount) {
    total_ += amount_;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { total_ -= amount_; }

 private:
  std::size_t& total_;
  const std::size_t amount_;
};

}  // namespace batata
