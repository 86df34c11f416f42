#include "cli/start_refusal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace batata::cli {
namespace {

TEST(StartRefusal, SaysOneSentenceAndOneNextStepOfEachPartAndCode) {
  for (const StartPart part : {StartPart::kSettings, StartPart::kLogFile, StartPart::kPorts,
                               StartPart::kDirectory, StartPart::kTokenKey}) {
    for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code) {
      const std::string text = text_of({part, {static_cast<Errc>(code), "it is\nso"}}, "/data");
      EXPECT_TRUE(text.starts_with("batata: it is?so\nnext: ")) << text;
      EXPECT_TRUE(text.ends_with("\n") && !text.ends_with("next: \n")) << text;
      EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
    }
  }
}

TEST(StartRefusal, ExitCodesTellWrongSettingsAndDamage) {
  EXPECT_EQ(exit_code_of({StartPart::kSettings, {Errc::kInvalidArgument, ""}}), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of({StartPart::kLogFile, {Errc::kInvalidArgument, ""}}), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of({StartPart::kPorts, {Errc::kInvalidArgument, ""}}), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of({StartPart::kPorts, {Errc::kUnavailable, ""}}), ExitCode::kFailed);
  // A log that begins behind the state is no wrong setting, whatever the core calls it.
  EXPECT_EQ(exit_code_of({StartPart::kDirectory, {Errc::kInvalidArgument, ""}}), ExitCode::kFailed);
  EXPECT_EQ(exit_code_of({StartPart::kDirectory, {Errc::kPermissionDenied, ""}}), ExitCode::kFailed);
  EXPECT_EQ(exit_code_of({StartPart::kDirectory, {Errc::kDamaged, ""}}), ExitCode::kDamaged);
  EXPECT_EQ(exit_code_of({StartPart::kTokenKey, {Errc::kDamaged, ""}}), ExitCode::kDamaged);
}

}  // namespace
}  // namespace batata::cli
