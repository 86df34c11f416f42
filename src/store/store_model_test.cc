// The store against a model, over random scripts; a failing one is made as short as it can be before it is
// shown.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>

#include "base/hash.h"
#include "base/sanitized.h"
#include "store/store.h"
#include "store/test_model.h"
#include "store/test_script.h"

namespace batata::store {
namespace {

Model::State state_of(const std::vector<KeyValuePtr>& all) {
  Model::State state;
  for (const auto& kv : all) state[kv->key] = {kv->value, kv->created, kv->modified, kv->lease};
  return state;
}

std::vector<Model::Change> changes_of(const std::vector<Event>& events) {
  std::vector<Model::Change> changes;
  for (const Event& e : events)
    changes.push_back({e.revision, e.key(), e.before ? std::optional(e.before->value) : std::nullopt,
                       e.after ? std::optional(e.after->value) : std::nullopt});
  return changes;
}

/// A defect that the run plants between the script and the store, to see that it is found.
enum class Defect : std::uint8_t { kNone, kForgottenRevoke, kLostRecord };

/// One run of a script. Three stores go through it: the one under test, which is replaced by what its records
/// restore whenever the script says so, one that takes the commands as the log would give them, and the
/// model.
class Trial {
 public:
  explicit Trial(Defect defect = Defect::kNone) : defect_(defect) { absorb({}); }

  /// What was wrong first; empty: nothing.
  std::string of(const Script& script) {
    for (std::size_t i = 0; i < script.size() && wrong_.empty(); ++i) {
      const Step& step = script[i];
      if (step.kind == Step::Kind::kRestore) {
        restore();
      } else {
        apply(step.command(model_.revision));
      }
      look_back(i);
      if (!wrong_.empty()) wrong_ = fmt::format("step {}: {}", i + 1, wrong_);
    }
    return wrong_;
  }
  [[nodiscard]] std::size_t operations() const { return operations_; }

 private:
  void expect(bool holds, const char* what) {
    if (!holds && wrong_.empty()) wrong_ = what;
  }

  void apply(const Command& command) {
    operations_ += command.txn.then.size();
    const TxnResult wanted = model_.apply(command);
    std::string encoded;
    encode(command, encoded);
    const auto decoded = decode_commands(encoded);
    expect(decoded && decoded->size() == 1 && decoded->front() == command,
           "the command is another after the log");
    if (!wrong_.empty()) return;
    const Applied applied = store_->apply(damaged(command));
    const Applied replayed = replayed_.apply(decoded->front());
    expect(applied.result.applied == wanted.applied, "the store and the model differ in whether it applied");
    expect(applied.result.revision == wanted.revision, "the revision is another");
    expect(changes_of(applied.events) == changes_of(replayed.events), "the replay has other events");
    absorb(applied);
    expect(state_of(store_->latest().range(KeyRange::prefix(""))) == model_.now, "the keys are others");
    expect(store_->digest() == replayed_.digest(), "the replay has another digest");
  }

  Command damaged(Command command) const {
    if (defect_ == Defect::kForgottenRevoke)
      std::erase_if(command.txn.then, [](const Op& op) { return std::holds_alternative<Revoke>(op); });
    return command;
  }

  // What a disk would hold.
  void absorb(const Applied& applied) {
    for (const Record& record : condense(applied.changes)) {
      if (record.erased) {
        records_.erase(record.name);
      } else if (defect_ != Defect::kLostRecord || !record.name.starts_with("t")) {
        records_[record.name] = record.value;
      }
    }
    const Record meta = store_->meta_record();
    records_[meta.name] = meta.value;
  }

  void restore() {
    std::map<std::string, std::string> snapshot;
    for (const Record& record : replayed_.snapshot()) snapshot[record.name] = record.value;
    expect(snapshot == records_, "the records written are not those of a snapshot");
    auto restored = std::make_unique<Store>();
    for (const auto& [name, value] : records_)
      expect(restored->restore(name, value).has_value(), "a record is refused");
    expect(restored->digest() == store_->digest(), "the restored store has another digest");
    expect(restored->next_expiry() == store_->next_expiry(), "the restored store has another next expiry");
    store_ = std::move(restored);
    model_.forget_history();
  }

  // The past, of some range at some revision.
  void look_back(std::size_t step) {
    if (!wrong_.empty()) return;
    const std::uint64_t dice = hash64(std::to_string(step));
    const KeyRange where = dice % 3 == 0 ? KeyRange::prefix("") : KeyRange::prefix(dice % 3 == 1 ? "a" : "c");
    const Revision at{model_.revision.value - std::min<std::uint64_t>(dice % 64, model_.revision.value)};
    const auto events = store_->events(where, at);
    const auto state = store_->range_at(where, at);
    expect(events.has_value() == (at >= model_.floor), "events of a past that is gone, or none of one kept");
    expect(state.has_value() == events.has_value(), "keys and events are not kept for as long");
    if (!events || !state) {
      expect(!events && events.error().code == Errc::kCompacted, "another refusal than that it is compacted");
      return;
    }
    std::vector<Model::Change> changes;
    for (const Model::Change& change : model_.changes)
      if (change.revision > at && where.contains(change.key)) changes.push_back(change);
    expect(changes_of(*events) == changes, "the events are others");
    Model::State then;
    for (const auto& [key, value] : model_.state_at(at))
      if (where.contains(key)) then[key] = value;
    expect(state_of(*state) == then, "the keys of the past are others");
  }

  Defect defect_;
  Model model_;
  std::unique_ptr<Store> store_ = std::make_unique<Store>();
  Store replayed_;
  std::map<std::string, std::string> records_;
  std::size_t operations_ = 0;
  std::string wrong_;
};

constexpr std::size_t kStepsPerScript = 600;

Script shortest(const Script& script, Defect defect = Defect::kNone) {
  return shrunk(script, [defect](const Script& less) { return !Trial(defect).of(less).empty(); });
}

// --gtest_random_seed=N goes through other scripts.
TEST(StoreModel, AgreesOverManyOperations) {
  constexpr std::size_t kOperations = kSanitized ? 25'000 : 100'000;
  std::size_t operations = 0;
  auto seed = static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed)) * 1'000;
  while (operations < kOperations) {
    const Script script = ScriptWriter(++seed).write(kStepsPerScript);
    Trial run;
    const std::string wrong = run.of(script);
    operations += run.operations();
    if (wrong.empty()) continue;
    const Script least = shortest(script);
    FAIL() << "seed " << seed << ": " << wrong << "\nat its shortest: " << Trial().of(least) << "\n"
           << to_text(least);
  }
  RecordProperty("operations", static_cast<int>(operations));
}

TEST(StoreModel, FindsAPlantedDefectAndShowsTheFewStepsThatItTakes) {
  const Script script = ScriptWriter(1).write(kStepsPerScript);
  ASSERT_NE(Trial(Defect::kForgottenRevoke).of(script), "");
  const Script revoke = shortest(script, Defect::kForgottenRevoke);
  EXPECT_LE(revoke.size(), 4u) << to_text(revoke);
  ASSERT_NE(Trial(Defect::kLostRecord).of(script), "");
  const Script lost = shortest(script, Defect::kLostRecord);
  EXPECT_LE(lost.size(), 4u) << to_text(lost);
}

}  // namespace
}  // namespace batata::store
