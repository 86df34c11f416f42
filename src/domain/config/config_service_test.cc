#include "domain/config/config_service.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "base/hash.h"
#include "domain/config/wave.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

const ConfigId kId{"public", "g", "a"};

Task<void> keep(Task<Result<Revision>> task, std::optional<Result<Revision>>& out) {
  out = co_await task;
}
Task<void> keep_status(Task<Status> task, std::optional<Status>& out) {
  out = co_await task;
}

class Configs : public testing::Test {
 protected:
  Publish request(std::string content) {
    Publish publish;
    publish.id = kId;
    publish.content = std::move(content);
    return publish;
  }
  Result<Revision> publish(Publish request) {
    std::optional<Result<Revision>> done;
    scope.spawn(keep(service.publish({}, std::move(request)), done));
    runtime.run_for(std::chrono::seconds(1));
    return *done;
  }
  Status remove(std::string gray = {}) {
    std::optional<Status> done;
    scope.spawn(keep_status(service.remove({}, {.id = kId, .gray = std::move(gray)}), done));
    runtime.run_for(std::chrono::seconds(1));
    return *done;
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  ConfigService service{runtime, proposer.store, proposer, proposer.latest};
  Scope scope{runtime};
};

TEST_F(Configs, AreReadableOncePublished) {
  EXPECT_FALSE(service.get(kId));
  ASSERT_TRUE(publish(request("k=1")));
  const auto config = service.get(kId);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->content, "k=1");
  EXPECT_EQ((*config)->md5, "ceef78b61bf01306cc7e80344c92c19d");
  EXPECT_EQ((*config)->type, "text");
  EXPECT_EQ(md5_of(config->stored()), (*config)->md5);
}

TEST_F(Configs, StayAsTheyWereReadWhileTheyAreHeld) {
  ASSERT_TRUE(publish(request("old")));
  const auto held = service.get(kId);
  ASSERT_TRUE(publish(request("new")));
  EXPECT_EQ((*held)->content, "old");
  EXPECT_EQ((*service.get(kId))->content, "new");
}

TEST_F(Configs, AreGoneOnceRemoved) {
  ASSERT_TRUE(publish(request("x")));
  EXPECT_TRUE(remove());
  EXPECT_FALSE(service.get(kId));
  EXPECT_TRUE(remove());
}

TEST_F(Configs, AreWrittenByHoweverManyAtOnce) {
  std::vector<std::optional<Result<Revision>>> done(50);
  for (std::size_t i = 0; i < done.size(); ++i)
    scope.spawn(keep(service.publish({}, request(std::to_string(i))), done[i]));
  runtime.run_for(std::chrono::seconds(1));
  for (std::size_t i = 0; i < done.size(); ++i) {
    ASSERT_TRUE(done[i] && *done[i]) << i;
    EXPECT_EQ((*done[i])->value, i + 1) << "each once, and in their order";
  }
  EXPECT_EQ((*service.get(kId))->content, "49");
}

TEST_F(Configs, OfTwoWritersThatExpectTheSameMd5OneWins) {
  ASSERT_TRUE(publish(request("v1")));
  std::optional<Result<Revision>> first, second;
  Publish one = request("v2"), two = request("v3");
  one.expected_md5 = two.expected_md5 = md5_hex("v1");
  scope.spawn(keep(service.publish({}, std::move(one)), first));
  scope.spawn(keep(service.publish({}, std::move(two)), second));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(second->has_value());
  EXPECT_EQ(second->error().code, Errc::kConflict);
  EXPECT_EQ((*service.get(kId))->content, "v2");
}

TEST_F(Configs, ArePlannedAnewWhenAnotherWriterWasFaster) {
  ConfigService other{runtime, proposer.store, proposer, proposer.latest};  // takes turns of its own
  std::optional<Result<Revision>> first, second;
  scope.spawn(keep(service.publish({}, request("v1")), first));
  scope.spawn(keep(other.publish({}, request("v2")), second));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(first->has_value());
  EXPECT_TRUE(second->has_value());
  EXPECT_EQ((*service.get(kId))->content, "v2");
}

TEST_F(Configs, AreRefusedWhenTooMuchWaits) {
  std::vector<std::optional<Result<Revision>>> done(ConfigService::kWaitingBytesMax / (8u << 20) + 1);
  for (auto& one : done) scope.spawn(keep(service.publish({}, request(std::string(8u << 20, 'x'))), one));
  ASSERT_TRUE(done.back());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(*done.front() && done[done.size() - 3]->has_value());
  EXPECT_TRUE(publish(request("small")));
}

TEST_F(Configs, AreNotErasedWhenTooMuchWaits) {
  ASSERT_TRUE(publish(request(std::string(8u << 20, 'x'))));
  std::vector<std::optional<Status>> done(ConfigService::kWaitingBytesMax / (8u << 20) + 1);
  for (auto& one : done) scope.spawn(keep_status(service.remove({}, {.id = kId}), one));
  ASSERT_TRUE(done.back());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(*done.front() && done[done.size() - 3]->has_value());
  EXPECT_TRUE(remove()) << "nothing waits any more";
}

TEST_F(Configs, CountWithAllTheirTextWhileTheyWait) {
  const auto large = [this] {
    Publish one = request("x");
    one.schema = std::string(32'768, 's');
    return one;
  };
  const std::size_t fit = ConfigService::kWaitingBytesMax / size_of(large());
  std::vector<std::optional<Result<Revision>>> done(fit + 1);
  for (auto& one : done) scope.spawn(keep(service.publish({}, large()), one));
  ASSERT_TRUE(done.back());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
}

TEST_F(Configs, AreNotSaidToBeWrittenWhenTheyAreNot) {
  proposer.refuse = true;
  const auto done = publish(request("x"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::kUnavailable);
  EXPECT_FALSE(service.get(kId));
}

TEST_F(Configs, AreRefusedWithoutContentOrWithBadNames) {
  EXPECT_EQ(publish(request("")).error().code, Errc::kInvalidArgument);
  Publish bad = request("x");
  bad.id.data_id = "a b";
  EXPECT_EQ(publish(std::move(bad)).error().message, "invalid dataId : a b");
}

TEST_F(Configs, OfDifferentNamespacesAreDifferent) {
  ASSERT_TRUE(publish(request("x")));
  EXPECT_FALSE(service.get({"dev", kId.group, kId.data_id}));
}

// What a reader gets: the content, "-" when there is none.
std::string seen(const ConfigService& service, const Reader& reader) {
  const auto reading = service.read(kId, reader);
  return reading ? std::string(reading->config->content) : "-";
}

TEST_F(Configs, AreReadAsTheirGrayReleasesSay) {
  ASSERT_TRUE(publish(request("formal")));
  EXPECT_FALSE(service.has_grays(kId));
  Publish beta = request("beta"), blue = request("blue");
  beta.gray = beta_release("10.0.0.1,10.0.0.2");
  blue.gray = tag_release("blue");
  ASSERT_TRUE(publish(std::move(beta)));
  ASSERT_TRUE(publish(std::move(blue)));
  EXPECT_TRUE(service.has_grays(kId));
  EXPECT_EQ(seen(service, {"10.0.0.9", ""}), "formal");
  EXPECT_EQ(seen(service, {"10.0.0.2", ""}), "beta");
  EXPECT_EQ(seen(service, {"10.0.0.9", "blue"}), "blue");
  EXPECT_EQ(seen(service, {"10.0.0.1", "blue"}), "beta") << "of the higher priority";
  EXPECT_EQ(seen(service, {"10.0.0.9", "green"}), "formal");
  EXPECT_EQ(seen(service, {"10.0.0.9", "green", true}), "-");
  EXPECT_EQ((*service.get(kId))->content, "formal");
  EXPECT_EQ(service.gray(kId, "tag_blue")->config->content, "blue");
  EXPECT_TRUE(service.is_current(kId, {"10.0.0.9", "blue"}, md5_hex("blue")));
  EXPECT_FALSE(service.is_current(kId, {"10.0.0.9", "blue"}, md5_hex("formal")));
  EXPECT_TRUE(service.is_current(kId, {"10.0.0.9", ""}, md5_hex("formal")));
}

TEST_F(Configs, LoseAGrayReleaseByItsNameAlone) {
  Publish blue = request("blue");
  blue.gray = tag_release("blue");
  ASSERT_TRUE(publish(std::move(blue)));
  EXPECT_EQ(remove("blue").error().code, Errc::kNotFound);
  EXPECT_TRUE(remove("tag_blue"));
  EXPECT_FALSE(service.has_grays(kId));
  EXPECT_EQ(seen(service, {"", "blue"}), "-");
}

TEST_F(Configs, KeepTheirGrayReleasesWhenTheyAreErased) {
  ASSERT_TRUE(publish(request("formal")));
  Publish blue = request("blue");
  blue.gray = tag_release("blue");
  ASSERT_TRUE(publish(std::move(blue)));
  EXPECT_TRUE(remove());
  EXPECT_EQ(seen(service, {"", ""}), "-");
  EXPECT_EQ(seen(service, {"", "blue"}), "blue");
}

TEST_F(Configs, HaveRoomForSoManyGrayReleases) {
  for (std::size_t i = 0; i < service.options().grays_max; ++i) {
    Publish gray = request("x");
    gray.gray = tag_release("t" + std::to_string(i));
    EXPECT_TRUE(service.has_room_for(kId, gray.gray->name));
    ASSERT_TRUE(publish(std::move(gray)));
  }
  EXPECT_FALSE(service.has_room_for(kId, "beta"));
  EXPECT_TRUE(service.has_room_for(kId, "tag_t0"));
  Publish more = request("x"), again = request("y");
  more.gray = beta_release("10.0.0.1");
  again.gray = tag_release("t0");
  const auto refused = publish(std::move(more));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalidArgument);
  EXPECT_EQ(refused.error().message, "gray config version is over max count :10");
  EXPECT_TRUE(publish(std::move(again)));
}

Task<void> keep_ids(Task<std::vector<ConfigId>> task, std::vector<ConfigId>& out) {
  out = co_await task;
}

TEST_F(Configs, AreFoundByTheirNumbers) {
  for (std::size_t i = 0; i < 2 * ConfigService::kSliceMax + 1; ++i) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{config_key({"public", "g", std::to_string(i)}), "", {}});
    ASSERT_TRUE(proposer.store.apply({0, runtime.wall_now(), std::move(txn)}).result.applied);
  }
  std::vector<ConfigId> found;
  const std::uint64_t there = numeric_id({"public", "g", "1999"}), gone = numeric_id({"public", "g", "x"});
  scope.spawn(keep_ids(service.numbered({gone, there}), found));
  runtime.settle();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].data_id, "1999");
}

Task<void> keep_found(Task<std::vector<Found>> task, std::vector<Found>& out) {
  out = co_await task;
}

TEST_F(Configs, OfANamespaceAreListedTheOldestFirst) {
  for (const char* name : {"z", "a", "m"}) {
    Publish one = request(name);
    one.id = {"dev", "g", name};
    ASSERT_TRUE(publish(std::move(one)));
  }
  ASSERT_TRUE(publish(request("elsewhere")));
  store::Txn damage;
  damage.then.emplace_back(store::Put{config_key({"dev", "g", "damaged"}), "\x07", {}});
  ASSERT_TRUE(proposer.store.apply({0, runtime.wall_now(), std::move(damage)}).result.applied);
  std::vector<Found> found;
  scope.spawn(keep_found(service.of_space("dev"), found));
  runtime.settle();
  std::string names;
  for (const auto& [id, config] : found) names += id.data_id + "=" + std::string(config->content) + " ";
  EXPECT_EQ(names, "z=z a=a m=m ");
}

TEST_F(Configs, AreErasedByTheirNumbersSeveralAtATime) {
  std::vector<std::uint64_t> numbers = {7};  // which none has
  for (std::size_t i = 0; i < 4 * Wave::kMax; ++i) {
    Publish one = request("x");
    one.id.data_id = std::to_string(i);
    numbers.push_back(numeric_id(one.id));
    std::optional<Result<Revision>> done;
    scope.spawn(keep(service.publish({}, std::move(one)), done));
    runtime.run_for(std::chrono::milliseconds(2));
  }
  ASSERT_TRUE(publish(request("stays")));
  // A slow disk: one after the other they would take longer than any deadline of a request.
  proposer.delay = std::chrono::seconds(9);
  std::optional<Status> done;
  cluster::Context context;
  context.deadline = runtime.now() + std::chrono::seconds(30);
  context.principal = "joe";
  scope.spawn(keep_status(service.remove_numbered(context, numbers, "10.0.0.7"), done));
  runtime.run_for(std::chrono::seconds(37));
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(proposer.store.latest().range(all_configs()).size(), 1u);
  const auto entry = service.history().list({"public", "g", "0"}).front();
  EXPECT_EQ(entry.view.kind, ChangeKind::kDelete);
  EXPECT_EQ(entry.view.user, "joe");
  EXPECT_EQ(entry.view.address, "10.0.0.7");
}

TEST_F(Configs, ThatCannotBeErasedByTheirNumbersSaySo) {
  ASSERT_TRUE(publish(request("x")));
  proposer.refuse = true;
  std::optional<Status> done;
  scope.spawn(keep_status(service.remove_numbered({}, {numeric_id(kId)}, ""), done));
  runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(done && !*done);
  EXPECT_EQ(done->error().code, Errc::kUnavailable);
}

TEST_F(Configs, ThatAreDamagedReadAsNone) {
  auto damaged =
      std::make_shared<const store::KeyValue>(store::KeyValue{config_key(kId), "\x07", {1}, {1}, {}});
  proposer.latest.publish(damaged->key, damaged);
  EXPECT_FALSE(service.get(kId));
  EXPECT_EQ(md5_of(damaged), "");
}

}  // namespace
}  // namespace batata::domain
