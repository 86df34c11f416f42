#include "store/command.h"

#include <gtest/gtest.h>

#include <random>

namespace batata::store {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  std::string text() {
    std::string out(below(20), '\0');
    for (char& c : out) c = static_cast<char>(below(256));
    return out;
  }
  std::uint64_t number() { return engine_() >> below(64); }

 private:
  std::mt19937_64 engine_;
};

Command any_command(Random& random) {
  Command command{random.number(), WallTime{static_cast<std::int64_t>(random.number())}, {}};
  for (auto n = random.below(4); n > 0; --n)
    command.txn.when.push_back({{random.text(), random.text()}, Revision{random.number()}});
  for (auto n = random.below(6); n > 0; --n) {
    switch (random.below(7)) {
      case 0:
        command.txn.then.emplace_back(Put{random.text(), random.text(), LeaseId{random.number()}});
        break;
      case 1:
        command.txn.then.emplace_back(Erase{{random.text(), random.text()}});
        break;
      case 2:
        command.txn.then.emplace_back(Grant{
            LeaseId{random.number()}, std::chrono::milliseconds(static_cast<std::int64_t>(random.number()))});
        break;
      case 4:
        command.txn.then.emplace_back(PutCopy{random.text(), random.text(), random.text()});
        break;
      case 5:
        command.txn.then.emplace_back(Advance{random.number(), Revision{random.number()}});
        break;
      case 3:
        command.txn.then.emplace_back(Revoke{LeaseId{random.number()}});
        break;
      default:
        command.txn.then.emplace_back(Compact{Revision{random.number()}});
    }
  }
  return command;
}

TEST(StoreCommand, SurvivesItsEncoding) {
  Random random(1);
  for (int i = 0; i < 2'000; ++i) {
    const Command command = any_command(random);
    std::string bytes;
    encode(command, bytes);
    const auto decoded = decode_commands(bytes);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->size(), 1u);
    EXPECT_EQ(decoded->front(), command);
  }
}

TEST(StoreCommand, SeveralShareAnEntry) {
  Random random(2);
  std::vector<Command> commands;
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    commands.push_back(any_command(random));
    encode(commands.back(), bytes);
  }
  EXPECT_EQ(*decode_commands(bytes), commands);
  EXPECT_TRUE(decode_commands("")->empty());
}

TEST(StoreCommand, NoPrefixPassesForTheWhole) {
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    encode(any_command(random), bytes);
    for (std::size_t n = 1; n < bytes.size(); ++n) EXPECT_FALSE(decode_commands(bytes.substr(0, n)));
  }
}

TEST(StoreCommand, RefusesUnknownVersionsAndOperations) {
  std::string bytes;
  encode(Command{0, {}, {{}, {Revoke{LeaseId{1}}}}}, bytes);
  std::string version = bytes, kind = bytes;
  version[0] = 2;
  kind[kind.size() - 2] = 99;
  EXPECT_FALSE(decode_commands(version));
  EXPECT_FALSE(decode_commands(kind));
}

TEST(StoreKeyRange, OneIsExactlyOneKey) {
  const KeyRange range = KeyRange::one("a");
  EXPECT_TRUE(range.is_one());
  EXPECT_TRUE(range.contains("a"));
  EXPECT_FALSE(range.contains(std::string("a\0", 2)));
  EXPECT_FALSE(range.contains("b"));
  EXPECT_FALSE(KeyRange::prefix("a").is_one());
}

TEST(StoreKeyRange, PrefixIsEveryKeyThatStartsWithIt) {
  EXPECT_TRUE(KeyRange::prefix("").contains("\xff\xff"));
  const KeyRange high = KeyRange::prefix("a\xff");
  EXPECT_TRUE(high.contains("a\xff\xff"));
  EXPECT_FALSE(high.contains("b"));
  EXPECT_FALSE(high.contains("a\xfe"));
  const KeyRange last = KeyRange::prefix("\xff");
  EXPECT_TRUE(last.contains("\xff\xffz"));
  EXPECT_FALSE(last.contains("\xfe"));
}

}  // namespace
}  // namespace batata::store
