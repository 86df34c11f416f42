#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/types.h"
#include "net/body_side.h"
#include "net/output.h"

namespace batata::net {

class Http1Session;

/// The body of an answer that goes on, in chunks, or as it is where the end of the connection ends it. I/O
/// thread only.
class Http1Body {
 public:
  struct Style {
    bool chunked = true;
    std::string_view keep_alive;  ///< a literal for silent times; empty: nothing is sent then
    Duration keep_alive_interval{};
  };
  Http1Body(std::shared_ptr<BodySide<Http1Session>> side, const Style& style, SteadyTime now)
      : side_(std::move(side)), style_(style), last_sent_(now) {}
  /// Tells its source that it has ended.
  ~Http1Body();
  Http1Body(const Http1Body&) = delete;
  Http1Body& operator=(const Http1Body&) = delete;

  /// Takes who fills it; null ends it.
  void begin(std::unique_ptr<wire::BodySource> source);
  void queue(std::shared_ptr<const std::string> bytes);
  /// Nothing more will be queued.
  void finish();
  /// Moves what is queued to `out`, up to a bound. True: all of it, its end included.
  bool produce(Output& out, SteadyTime now);
  /// Bytes that are queued and not yet moved, and what their pieces cost.
  [[nodiscard]] std::size_t queued() const { return queued_; }
  /// When deadline_passed is to be called.
  [[nodiscard]] SteadyTime deadline() const;
  /// Queues a sign of life when it is time for one; the next deadline is later.
  void deadline_passed(SteadyTime now);

 private:
  void move_next_to(Output& out);

  const std::shared_ptr<BodySide<Http1Session>> side_;
  const Style style_;
  std::unique_ptr<wire::BodySource> source_;
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t queued_ = 0;                          // bytes in there, and what the pieces cost
  std::size_t moved_bytes_ = 0, moved_pieces_ = 0;  // that are in the output
  SteadyTime last_sent_;
  bool finishing_ = false;
};

}  // namespace batata::net
