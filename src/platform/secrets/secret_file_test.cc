#include "platform/secrets/secret_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

class SecretFile : public testing::Test {
 public:
  SecretFile() {
    std::string folder = (fs::temp_directory_path() / "secret-XXXXXX").string();
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder + "/token-key";
  }
  ~SecretFile() override { fs::remove_all(folder_); }

 protected:
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(path_, std::ios::binary) << text;
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(SecretFile, IsMadeOnceAndKept) {  // S05
  const auto made = load_or_create_secret(path_, 32);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->size(), 32u);
  const auto again = load_or_create_secret(path_, 32);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->reveal(), made->reveal());
  EXPECT_EQ(text().size(), 45u);  // 44 characters of Base64 and the end of the line
}

TEST_F(SecretFile, IsAnotherInEachInstallation) {  // S05
  const auto one = load_or_create_secret(path_, 32), two = load_or_create_secret(path_ + "-2", 32);
  ASSERT_TRUE(one.has_value());
  ASSERT_TRUE(two.has_value());
  EXPECT_NE(one->reveal(), two->reveal());
}

TEST_F(SecretFile, IsForItsOwnerAlone) {  // S05
  const mode_t before = umask(0);
  const auto made = load_or_create_secret(path_, 32);
  umask(before);
  ASSERT_TRUE(made.has_value());
  struct stat status{};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(SecretFile, ThatOthersMayReadIsRefused) {
  ASSERT_TRUE(load_or_create_secret(path_, 32).has_value());
  for (const mode_t mode : {0640, 0604, 0620}) {
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    const auto loaded = load_or_create_secret(path_, 32);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().code, Errc::kPermissionDenied);
    EXPECT_FALSE(load_secret(path_, 32).has_value());
  }
  ASSERT_EQ(chmod(path_.c_str(), 0400), 0);
  EXPECT_TRUE(load_or_create_secret(path_, 32).has_value());
}

TEST_F(SecretFile, ThatHoldsNoKeyIsRefusedAndKept) {
  for (const std::string& damaged :
       {std::string(), std::string("\n"), std::string("tell-nobody!\n"), std::string("Zm9v\n"),
        std::string(44, 'A'), std::string(44, 'A') + "\n\n", std::string(10'000, 'A') + "\n"}) {
    write(damaged);
    const auto loaded = load_or_create_secret(path_, 32);
    ASSERT_FALSE(loaded.has_value()) << damaged;
    EXPECT_EQ(loaded.error().code, Errc::kDamaged);
    EXPECT_EQ(load_secret(path_, 32).error().code, Errc::kDamaged);
    EXPECT_EQ(loaded.error().message.find("tell-nobody"), std::string::npos);
    EXPECT_EQ(text(), damaged);
  }
}

TEST_F(SecretFile, ALookMakesNothing) {
  const auto none = load_secret(path_, 32);
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->has_value());
  EXPECT_FALSE(fs::exists(path_));
  const auto made = load_or_create_secret(path_, 32);
  const auto seen = load_secret(path_, 32);
  ASSERT_TRUE(seen.has_value() && seen->has_value());
  EXPECT_EQ((*seen)->reveal(), made->reveal());
}

TEST_F(SecretFile, DraftOfAStartThatCrashedIsReplaced) {
  std::ofstream(path_ + ".new") << "half";
  const auto made = load_or_create_secret(path_, 32);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_FALSE(fs::exists(path_ + ".new"));
}

TEST_F(SecretFile, IsNoLinkAndNoFolder) {
  ASSERT_TRUE(load_or_create_secret(path_ + "-real", 32).has_value());
  fs::create_symlink(path_ + "-real", path_);
  EXPECT_FALSE(load_or_create_secret(path_, 32).has_value());
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_FALSE(load_or_create_secret(path_, 32).has_value());
}

TEST_F(SecretFile, InAFolderThatIsNotThereIsAnError) {
  const auto made = load_or_create_secret((folder_ / "none" / "key").string(), 32);
  ASSERT_FALSE(made.has_value());
  EXPECT_NE(made.error().message.find("cannot be made"), std::string::npos) << made.error().message;
}

}  // namespace
}  // namespace batata::platform
