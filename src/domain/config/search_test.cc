#include "domain/config/search.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

struct Text {
  std::string_view content, type = "text", app = {}, tags = {}, description = {};
};

class Searches : public testing::Test {
 protected:
  Searches() { limits.queued = limits.running = 1; }

  void put(const ConfigId& id, const Text& text) {
    ConfigView config;
    config.content = text.content;
    config.type = text.type;
    config.app = text.app;
    config.tags = text.tags;
    config.description = text.description;
    store::Txn txn;
    txn.then.emplace_back(store::Put{config_key(id), encode_config(config), {}});
    ASSERT_TRUE(proposer.store.apply({0, {}, std::move(txn)}).result.applied);
  }
  void put_some() {
    put({"dev", "G1", "app-db.yaml"},
        Text{.content = "url: db1", .type = "yaml", .app = "shop", .tags = "red"});
    put({"dev", "G1", "app-web.yaml"},
        Text{.content = "port: 80", .type = "yaml", .app = "shop", .tags = "red,blue"});
    put({"dev", "G2", "app-db.json"}, Text{.content = "{\"url\":\"db2\"}", .type = "json"});
    put({"dev", "G2", "other"}, Text{.content = "100% sure_thing", .type = "text", .tags = "blue"});
    put({"public", "G1", "app-db.yaml"}, Text{.content = "x", .type = "yaml"});
  }
  // What is found, as "total/pages: names".
  std::string found(ConfigQuery query) {
    if (query.space.empty()) query.space = "dev";
    if (query.size == 1) query.size = 10;
    const auto page = select_page(proposer.store.latest().range(configs_of(query.space)), query);
    if (!page) return page.error().message;
    std::string text = std::to_string(page->total) + "/" + std::to_string(page->pages) + ":";
    for (const Found& one : page->items) text += " " + one.id.data_id;
    return text;
  }
  static std::string names(const ConfigQuery&, const FoundPage& page) {
    std::string text;
    for (const Found& one : page.items) text += one.id.data_id + ";";
    return text;
  }
  Task<void> search(ConfigSearch& searches, ConfigQuery query, std::optional<Result<std::string>>& out) {
    auto done = co_await searches.find(std::move(query), names);
    out.emplace(std::move(done));
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  sim::SimExecutor executor{runtime, std::chrono::milliseconds(5), std::chrono::milliseconds(5)};
  SearchLimits limits;
  Scope scope{runtime};
};

TEST_F(Searches, ShowNothingThatIsNotSeen) {
  put_some();
  ConfigQuery query{.data_id = "app%", .blur = true};
  query.sees = [](const ConfigId& id) { return id.group == "G1"; };
  EXPECT_EQ(found(query), "2/1: app-db.yaml app-web.yaml");
  query.tags = {"red"};
  query.sees = [](const ConfigId&) { return false; };
  EXPECT_EQ(found(query), "0/0:");
}

TEST_F(Searches, FindByNamesDetailsAndContent) {
  put_some();
  EXPECT_EQ(found({}), "4/1: app-db.yaml app-web.yaml app-db.json other");
  EXPECT_EQ(found({.space = "public"}), "1/1: app-db.yaml");
  EXPECT_EQ(found({.group = "G2"}), "2/1: app-db.json other");
  EXPECT_EQ(found({.data_id = "app-db.yaml"}), "1/1: app-db.yaml");
  EXPECT_EQ(found({.data_id = "app*"}), "0/0:");
  EXPECT_EQ(found({.app = "shop"}), "2/1: app-db.yaml app-web.yaml");
  EXPECT_EQ(found({.types = {"yaml", "json"}}), "3/1: app-db.yaml app-web.yaml app-db.json");
  EXPECT_EQ(found({.content = "port: 80"}), "1/1: app-web.yaml");
  EXPECT_EQ(found({.content = "*db*", .blur = true}), "2/1: app-db.yaml app-db.json");
  EXPECT_EQ(found({.group = "*2", .blur = true}), "2/1: app-db.json other");
}

TEST_F(Searches, WithAPatternForTheNameAreOrderedByIt) {
  put_some();
  EXPECT_EQ(found({.data_id = "app*", .blur = true}), "3/1: app-db.json app-db.yaml app-web.yaml");
  EXPECT_EQ(found({.data_id = "app_*", .blur = true}), "3/1: app-db.json app-db.yaml app-web.yaml");
  EXPECT_EQ(found({.data_id = "app", .blur = true}), "0/0:");
}

TEST_F(Searches, FindAConfigOnceForEachTagThatIsAskedFor) {
  put_some();
  EXPECT_EQ(found({.tags = {"blue"}}), "2/1: app-web.yaml other");
  EXPECT_EQ(found({.tags = {"red", "blue"}}), "4/1: app-db.yaml app-web.yaml app-web.yaml other");
  EXPECT_EQ(found({.tags = {"r*"}}), "0/0:");
  EXPECT_EQ(found({.tags = {"r*"}, .blur = true}), "2/1: app-db.yaml app-web.yaml");
}

TEST_F(Searches, GiveOnePageWhateverNumbersAreAsked) {
  put_some();
  EXPECT_EQ(found({.page = 1, .size = 3}), "4/2: app-db.yaml app-web.yaml app-db.json");
  EXPECT_EQ(found({.page = 2, .size = 3}), "4/2: other");
  EXPECT_EQ(found({.page = 9, .size = 3}), "4/2:");
  EXPECT_EQ(found({.page = INT64_MAX, .size = INT64_MAX}), "4/1:");
}

TEST_F(Searches, RefuseAPageOfTooMuchContentWhereItIsShown) {
  const std::string much(kPageContentMax / 2 + 1, 'x');
  put({"dev", "g", "a"}, Text{.content = much, .type = "text"});
  put({"dev", "g", "b"}, Text{.content = much, .type = "text"});
  EXPECT_EQ(found({}), "2/1: a b");
  EXPECT_NE(found({.shows_content = true}).find("64 MiB"), std::string::npos);
}

TEST_F(Searches, PassOverDamagedRecords) {
  store::Txn txn;
  txn.then.emplace_back(store::Put{config_key({"dev", "g", "bad"}), "?", {}});
  (void)proposer.store.apply({0, {}, std::move(txn)});
  put({"dev", "g", "good"}, Text{.content = "x", .type = "text"});
  EXPECT_EQ(found({}), "1/1: good");
}

TEST_F(Searches, WalkThroughManyConfigsInSlices) {
  for (int i = 0; i < 2500; ++i)
    put({"dev", "g", "c" + std::to_string(i)}, Text{.content = "x", .type = "text"});
  ConfigSearch searches(runtime, proposer.store, executor, limits);
  std::optional<Result<std::string>> out;
  const auto before = runtime.steps();
  scope.spawn(search(searches, {.space = "dev", .page = 2500, .size = 1}, out));
  runtime.run_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(out && out->has_value());
  EXPECT_EQ(**out, "c2499;");
  EXPECT_GT(runtime.steps(), before + 4);  // two turns of the loop between three slices, and the answer
}

TEST_F(Searches, ThatAreTooManyAreRefused) {
  put_some();
  ConfigSearch searches(runtime, proposer.store, executor, limits);
  std::optional<Result<std::string>> first, second, third, unlimited;
  const ConfigQuery query{.space = "dev", .size = 10, .is_limited = true};
  scope.spawn(search(searches, query, first));
  scope.spawn(search(searches, query, second));
  scope.spawn(search(searches, query, third));
  scope.spawn(search(searches, {.space = "dev", .size = 10}, unlimited));
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->error().code, Errc::kResourceExhausted);
  EXPECT_EQ(third->error().message, "server limit match.");
  runtime.run_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(first && first->has_value() && second && second->has_value());
  EXPECT_TRUE(unlimited && unlimited->has_value());
  scope.spawn(search(searches, query, third));
  runtime.run_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(third->has_value());
}

TEST_F(Searches, ThatWaitTooLongAreRefused) {
  put_some();
  limits.wait = std::chrono::milliseconds(7);
  ConfigSearch searches(runtime, proposer.store, executor, limits);
  std::optional<Result<std::string>> first, second;
  scope.spawn(search(searches, {.space = "dev", .size = 10}, first));
  scope.spawn(search(searches, {.space = "dev", .size = 10}, second));
  runtime.run_for(std::chrono::milliseconds(20));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->has_value());
  EXPECT_EQ(second->error().message, "server limit match.");
}

}  // namespace
}  // namespace batata::domain
