#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/config/config_id.h"
#include "faces/nacos/common/listening.h"

namespace batata::nacos {

/// The long polls that are held now, for whoever asks who listens. They wake by themselves. Loop only.
class ConfigPolls {
  struct Poll {
    std::string address;
    const std::vector<Listening>* listenings;
  };
  struct Polls {
    std::map<std::uint64_t, Poll> by_number;
    std::size_t configs = 0;
  };

 public:
  explicit ConfigPolls(Runtime& runtime) : runtime_(runtime) {}
  ConfigPolls(const ConfigPolls&) = delete;
  ConfigPolls& operator=(const ConfigPolls&) = delete;

  /// One poll, from its construction to its end. `listenings` must stay as they are meanwhile.
  class Held {
   public:
    Held(ConfigPolls& polls, std::string address, const std::vector<Listening>& listenings)
        : polls_(polls.polls_), number_(++polls.last_number_), configs_(listenings.size()) {
      polls_->by_number.emplace(number_, Poll{std::move(address), &listenings});
      polls_->configs += configs_;
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
      polls_->by_number.erase(number_);
      polls_->configs -= configs_;
    }

   private:
    const std::shared_ptr<Polls> polls_;  // a poll that is cancelled at the very end may outlive the face
    const std::uint64_t number_;
    const std::size_t configs_;
  };

  /// Calls `visit` for everything that is polled for from `address`, from any when it is empty. Goes through
  /// all polls, in slices.
  using Visit = std::function<void(const std::string& address, const Listening&)>;
  Task<void> each(std::string address, Visit visit) const;

  [[nodiscard]] std::size_t size() const { return polls_->by_number.size(); }
  /// Of all polls together, each as often as it is polled for.
  [[nodiscard]] std::size_t configs() const { return polls_->configs; }
  /// Held at a time. One poll may name 10,000; each costs about half a kilobyte while it is held.
  static constexpr std::size_t kConfigsMax = 2'000'000;
  static constexpr std::size_t kSliceMax = 2000;  ///< configs between which others get the loop

 private:
  Runtime& runtime_;
  std::uint64_t last_number_ = 0;
  const std::shared_ptr<Polls> polls_ = std::make_shared<Polls>();
};

/// The config that a poll names.
[[nodiscard]] domain::ConfigId config_of(const Listening& one);

}  // namespace batata::nacos
