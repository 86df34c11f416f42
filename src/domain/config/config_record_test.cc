#include "domain/config/config_record.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

ConfigView sample() {
  return {.content = "k=1\n\0x",
          .md5 = "0123456789abcdef0123456789abcdef",
          .type = "yaml",
          .app = "shop",
          .tags = "a,b",
          .description = "d",
          .use = "u",
          .effect = "e",
          .schema = "s",
          .encrypted_data_key = "KEY",
          .created_by = "ann",
          .created_from = "10.0.0.1",
          .modified_by = "bob",
          .modified_from = "10.0.0.2",
          .created = {1},
          .modified = {1'700'000'000'123}};
}

TEST(ConfigRecord, ReadsWhatWasWritten) {
  const ConfigView in = sample();
  const std::string value = encode_config(in);
  const auto out = decode_config(value);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->content, in.content);
  EXPECT_EQ(out->md5, in.md5);
  EXPECT_EQ(out->type, in.type);
  EXPECT_EQ(out->app, in.app);
  EXPECT_EQ(out->tags, in.tags);
  EXPECT_EQ(out->description, in.description);
  EXPECT_EQ(out->use, in.use);
  EXPECT_EQ(out->effect, in.effect);
  EXPECT_EQ(out->schema, in.schema);
  EXPECT_EQ(out->encrypted_data_key, in.encrypted_data_key);
  EXPECT_EQ(out->created_by, in.created_by);
  EXPECT_EQ(out->created_from, in.created_from);
  EXPECT_EQ(out->modified_by, in.modified_by);
  EXPECT_EQ(out->modified_from, in.modified_from);
  EXPECT_EQ(out->created, in.created);
  EXPECT_EQ(out->modified, in.modified);
}

TEST(ConfigRecord, LeavesTheContentWhereItIs) {
  const std::string value = encode_config(sample());
  const auto out = decode_config(value);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->content.data() + out->content.size(), value.data() + value.size());
}

TEST(ConfigRecord, IsRefusedWhenCutShortBeforeTheContent) {
  ConfigView config = sample();
  config.content = {};
  const std::string value = encode_config(config);
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(decode_config(std::string_view(value).substr(0, size))) << size;
}

TEST(ConfigRecord, OfAnotherVersionIsRefused) {
  std::string value = encode_config(sample());
  value[0] = 2;
  EXPECT_FALSE(decode_config(value));
}

}  // namespace
}  // namespace batata::domain
