#include "domain/access/access_keys.h"

#include <gtest/gtest.h>

#include "domain/access/access_records.h"

namespace batata::domain {
namespace {

using namespace std::string_literals;

TEST(AccessKeys, NameWhatTheyWereMadeOf) {
  for (const std::string& name : {"nacos"s, ""s, "a\0b"s, "\x01"s, "\x01\x01"s, "a/b"s, "\xff"s}) {
    EXPECT_EQ(user_of(user_key(name)), name);
    const RoleBinding binding{name, "x" + name};
    EXPECT_EQ(role_binding_of(role_key(binding)), binding);
    const Permission permission{name, "public:*:*", name};
    EXPECT_EQ(permission_of(permission_key(permission)), permission);
  }
}

TEST(AccessKeys, AreThoseThatAreAgreedUpon) {
  EXPECT_EQ(user_key("joe"), "access/user/joe");
  EXPECT_EQ(role_key({"dev", "joe"}), "access/role/dev\0joe"s);
  EXPECT_EQ(permission_key({"dev", "public:*:*", "rw"}), "access/permission/dev\0public:*:*\0rw"s);
}

TEST(AccessKeys, OfOthersNameNothing) {
  for (const std::string& key :
       {""s, "access/"s, "config/user/joe"s, "access/user/a\0b"s, "access/user/\x01"s}) {
    EXPECT_EQ(user_of(key), std::nullopt);
  }
  EXPECT_EQ(role_binding_of("access/role/dev"), std::nullopt);
  EXPECT_EQ(role_binding_of("access/role/dev\0joe\0x"s), std::nullopt);
  EXPECT_EQ(permission_of("access/permission/dev\0x"s), std::nullopt);
}

TEST(AccessKeys, OfOneRoleLieInItsRangeAlone) {
  EXPECT_TRUE(bindings_of("dev").contains(role_key({"dev", "joe"})));
  EXPECT_TRUE(bindings_of("dev").contains(role_key({"dev", ""})));
  EXPECT_FALSE(bindings_of("dev").contains(role_key({"devel", "joe"})));
  EXPECT_FALSE(bindings_of("dev").contains(role_key({"dev\0joe"s, "x"})));
  EXPECT_TRUE(permissions_of("dev").contains(permission_key({"dev", "*", "r"})));
  EXPECT_FALSE(permissions_of("dev").contains(permission_key({"de", "*", "r"})));
  EXPECT_TRUE(all_access().contains(user_key("")));
}

TEST(AccessRecords, RoundTrip) {
  const UserView user{.hash = "$2a$10$x", .enabled = false, .created = {5}, .modified = {-7}};
  const std::string stored = encode_user(user);
  const auto read = decode_user(stored);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->hash, user.hash);
  EXPECT_FALSE(read->enabled);
  EXPECT_EQ(read->created, user.created);
  EXPECT_EQ(read->modified, user.modified);
  EXPECT_EQ(decode_created(encode_created({42})).value(), WallTime{42});
}

TEST(AccessRecords, DamageIsAnErrorWhereverItIs) {
  const std::string user = encode_user({.hash = "hash", .created = {1}, .modified = {2}}),
                    bond = encode_created({1});
  for (std::size_t size = 0; size < user.size(); ++size) {
    EXPECT_EQ(decode_user(std::string_view(user).substr(0, size)).error().code, Errc::kInternal) << size;
  }
  for (std::size_t size = 0; size < bond.size(); ++size) {
    EXPECT_EQ(decode_created(std::string_view(bond).substr(0, size)).error().code, Errc::kInternal) << size;
  }
  EXPECT_FALSE(decode_user(user + "x").has_value());
  EXPECT_FALSE(decode_created(bond + "x").has_value());
  std::string newer = user;
  newer[0] = 2;
  EXPECT_FALSE(decode_user(newer).has_value());
  std::string neither = user;
  neither[6] = 7;  // behind version, length and "hash": enabled
  EXPECT_FALSE(decode_user(neither).has_value());
}

}  // namespace
}  // namespace batata::domain
