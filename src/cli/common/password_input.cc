#include "cli/common/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <string_view>

namespace batata::cli {
namespace {

constexpr std::size_t kBytesMax = 4'096;

void show(std::string_view text) {
  [[maybe_unused]] const ssize_t shown = ::write(STDERR_FILENO, text.data(), text.size());
}

// Nothing at the end of the input.
bool next_byte(char& byte) {
  return ::read(STDIN_FILENO, &byte, 1) == 1;
}

// The terminal as it must be while a password is typed. Keys that end a program come as bytes: were they
// signals, the terminal would stay without its echo.
class HiddenTyping {
 public:
  HiddenTyping() : is_changed_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_changed_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    is_changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;
  ~HiddenTyping() {
    if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool is_changed_;
};

void erase_last_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

Result<std::string> typed(const std::string& prompt) {
  constexpr char kCtrlC = 3, kCtrlD = 4, kBackspace = 8, kCtrlU = 21, kDelete = 127;
  const HiddenTyping hidden;
  show(prompt);
  std::string text;
  for (char byte = 0; next_byte(byte);) {
    if (byte == '\n' || byte == '\r') {
      show("\n");
      return text;
    }
    if (byte == kCtrlC || byte == kCtrlD) break;
    if (byte == kBackspace || byte == kDelete) {
      erase_last_character(text);
    } else if (byte == kCtrlU) {
      text.clear();
    } else if (text.size() < kBytesMax) {
      text += byte;
    }
  }
  show("\n");
  return fail(Errc::kInvalidArgument, "no password was typed");
}

Result<std::string> first_line() {
  std::string text;
  for (char byte = 0; next_byte(byte) && byte != '\n';) {
    if (text.size() == kBytesMax)
      return fail(Errc::kInvalidArgument, "the password has more than 4096 bytes");
    text += byte;
  }
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return fail(Errc::kInvalidArgument, "standard input has no password");
  return text;
}

}  // namespace

Result<std::string> read_password(const std::string& prompt) {
  if (::isatty(STDIN_FILENO) != 1) return first_line();
  auto password = typed(prompt);
  if (!password) return password;
  auto again = typed("again: ");
  if (!again) return again;
  if (*password != *again) return fail(Errc::kInvalidArgument, "the two passwords differ");
  return password;
}

}  // namespace batata::cli
