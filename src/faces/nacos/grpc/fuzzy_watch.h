#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "async/turns.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/fuzzy_pattern.h"
#include "faces/nacos/grpc/push.h"

namespace batata::nacos {

/// One resource in a batch: whether it is there.
struct FuzzyContext {
  std::string key;
  bool exists = false;
};

/// One message of the comparison between what a client knows and what there is.
struct FuzzySync {
  enum class Kind : std::uint8_t {
    kFirst,       ///< what a client that has just begun does not know
    kDifference,  ///< what one that has watched before does not know
    kFinished,    ///< it knows everything now; without contexts
  };
  std::string_view pattern;
  Kind kind = Kind::kFirst;
  std::span<const FuzzyContext> contexts;
  std::size_t batches = 0, batch = 0;  ///< `batch` counts from 1
};

/// Upstream's name of the kind.
[[nodiscard]] std::string_view sync_type(FuzzySync::Kind kind);

/// How watches of one kind of resource are told. The functions give the members of a push.
struct FuzzyDialect {
  std::string_view module, sync_type, change_type;
  std::string (*key_of)(const ResourceName& resource);
  std::string (*sync_members)(const FuzzySync& sync);
  std::string (*change_members)(std::string_view key, bool exists);
};

/// Bounds of watching by patterns, of one kind of resource.
struct FuzzyLimits {
  std::size_t patterns = 20;  ///< different ones, of all clients together
  std::size_t matches = 500;  ///< of one pattern; further ones are not told
  std::size_t batch = 20;     ///< resources in one message
  /// Keys that a client may say it knows: more than match, because it may have gathered them while other
  /// limits stood, or where a full pattern had others; ten times what matches by default.
  [[nodiscard]] std::size_t received() const { return std::max<std::size_t>(2 * matches, 5000); }
};

enum class FuzzyOutcome : std::uint8_t {
  kWatching,
  kTooManyPatterns,  ///< nothing has been begun
  kPatternTooLong,   ///< longer than FuzzyWatch::kPatternMax bytes; nothing has been begun
  kTooManyReceived,  ///< the client says that it knows more than FuzzyLimits::received; nothing has been
                     ///< begun
  kTooManyMatches,   ///< it is watched, but not all that matches is told
};

/// Who watches which pattern, and the pushes that tell them what appears and goes. Loop only.
///
/// What matches a pattern is looked up once, when its first watcher comes, a slice of all resources at a
/// time; from then on each resource that appears or goes is held against the patterns. A watcher has at most
/// one unacknowledged push for a resource and one for the comparison of a pattern; a push always says how
/// things stand when it is made.
class FuzzyWatch {
 public:
  /// Up to kSliceMax existing resources of a namespace in order, after `after` (null: from the first). Empty
  /// at the end.
  using Slice = std::function<std::vector<ResourceName>(const std::string& space, const ResourceName* after)>;

  FuzzyWatch(Runtime& runtime, Connections& connections, Pushes& pushes, const FuzzyDialect& dialect,
             const FuzzyLimits& limits, PushPolicy policy, Slice slice);
  FuzzyWatch(const FuzzyWatch&) = delete;
  FuzzyWatch& operator=(const FuzzyWatch&) = delete;
  ~FuzzyWatch();

  /// Begins to watch the pattern of this text, or compares anew: pushes what matches and is not in
  /// `received`, and what is in there and does not. `initializing`: the client wants to be told when it knows
  /// everything.
  Task<FuzzyOutcome> watch(ConnectionPtr connection, std::string text, std::vector<std::string> received,
                           bool initializing);
  /// Nothing happens when it is not watched.
  void cancel(const Connection& connection, std::string_view pattern);

  /// A resource has appeared or gone. Saying again what is known is allowed and costs no push.
  void changed(const ResourceName& resource, bool exists);
  /// Looks everything up anew, for when changes may have been missed, and tells what has changed.
  Task<void> look_again();

  /// Patterns that somebody watches.
  [[nodiscard]] std::size_t size() const { return patterns_.size(); }

  /// Bytes of a pattern, which is kept: a namespace, a group and a name have some 700 characters together.
  static constexpr std::size_t kPatternMax = 4096;
  /// Resources looked at, and pushes sent, between which others get the loop: some 2 ms.
  static constexpr std::size_t kSliceMax = 1000;

 private:
  struct Sync {
    std::vector<std::string> keys = {};  // what to tell, in batches
    std::size_t next = 0, batch = 0;
    bool initializing = false, finished = false;
    std::uint64_t number = 0;  // of the comparison: answers to those before it do not count
  };
  struct Pattern {
    explicit Pattern(std::string_view pattern) : text(pattern), parsed(pattern) {}
    const std::string text;
    const FuzzyPattern parsed;
    std::set<std::string, std::less<>> matched;  // keys
    bool overflown = false;                      // more match than are in there
    /// While all is looked up anew: those of `matched` that have been found again.
    std::optional<std::set<std::string, std::less<>>> seen = {};
    std::map<std::uint64_t, Sync> watchers;  // by the serial of the connection
  };
  using PatternPtr = std::shared_ptr<Pattern>;
  struct Notice {  // of a resource to a connection, under way
    bool told = false, now = false;
  };
  struct News {
    std::string key;
    bool exists = false;
    std::vector<std::uint64_t> to;
    std::size_t next = 0;
    std::optional<Push> push = {};  // made once for all of them
  };

  Task<void> look(PatternPtr pattern);
  void found(const PatternPtr& pattern, const std::string& key);
  bool admit(Pattern& pattern, const std::string& key) const;
  void spread_to_all(const Pattern& pattern, const std::string& key, bool exists);
  void begin_sync(const PatternPtr& pattern, std::uint64_t serial, const std::vector<std::string>& received,
                  bool initializing);
  void push_sync(const PatternPtr& pattern, std::uint64_t serial);
  void settle_sync(const PatternPtr& pattern, std::uint64_t serial, std::uint64_t number,
                   PushOutcome outcome);
  void spread(News news);
  void drain();
  void tell(News& news, std::uint64_t serial);
  void push_change(const ConnectionPtr& connection, const std::string& key, const Push& push);
  void settle_change(std::uint64_t serial, const std::string& key, PushOutcome outcome);
  Push make_change(std::string_view key, bool exists);
  bool is_acknowledged(std::uint64_t serial, PushOutcome outcome);
  void leave(const PatternPtr& pattern, std::uint64_t serial);
  void connection_gone(std::uint64_t serial);

  Runtime& runtime_;
  Connections& connections_;
  Pushes& pushes_;
  const FuzzyDialect dialect_;
  const FuzzyLimits limits_;
  const PushPolicy policy_;
  const Slice slice_;
  Turns turns_;  // to look a pattern up
  std::map<std::string, PatternPtr, std::less<>> patterns_;
  std::unordered_map<std::uint64_t, std::map<std::string, Notice>> notices_;  // by serial
  std::deque<News> news_;                                                     // that is yet to be told
  Runtime::TimerId drain_timer_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace batata::nacos
