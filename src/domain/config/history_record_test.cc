#include "domain/config/history_record.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

HistoryView sample() {
  HistoryView entry;
  entry.kind = ChangeKind::kUpdate;
  entry.at = {1'700'000'000'123};
  entry.user = "bob";
  entry.address = "10.0.0.2";
  entry.gray_name = "beta";
  entry.rule = {"beta", "1.0.0", "10.0.0.1", 2147483647};
  entry.config.content = "k=1\n\0x";
  entry.config.md5 = "m";
  entry.config.modified_by = "ann";
  entry.config.modified = {5};
  return entry;
}

TEST(HistoryRecord, ReadsWhatWasWritten) {
  const HistoryView in = sample();
  const std::string value = encode_history(in);
  const auto out = decode_history(value);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->kind, in.kind);
  EXPECT_EQ(out->at, in.at);
  EXPECT_EQ(out->user, in.user);
  EXPECT_EQ(out->address, in.address);
  EXPECT_EQ(out->gray_name, in.gray_name);
  EXPECT_TRUE(out->is_gray());
  EXPECT_EQ(out->rule, in.rule);
  EXPECT_EQ(out->config.content, in.config.content);
  EXPECT_EQ(out->config.md5, in.config.md5);
  EXPECT_EQ(out->config.modified_by, in.config.modified_by);
  EXPECT_EQ(time_of_history(value), in.at);
}

TEST(HistoryRecord, RefusesWhatItDidNotWrite) {
  const std::string whole = encode_history(sample());
  const std::size_t content = sample().config.content.size();  // any content is one
  for (std::size_t n = 0; n < whole.size() - content; ++n) EXPECT_FALSE(decode_history(whole.substr(0, n)));
  EXPECT_FALSE(decode_history("\x02" + whole.substr(1)));
  std::string unknown = whole;
  unknown[1] = 'X';
  EXPECT_FALSE(decode_history(unknown));
  EXPECT_EQ(time_of_history(unknown), WallTime{});
  EXPECT_EQ(time_of_history(""), WallTime{});
}

}  // namespace
}  // namespace batata::domain
