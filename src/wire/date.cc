#include "wire/date.h"

#include <chrono>
#include <cstring>

namespace batata::wire {
namespace {

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put_two(char* at, unsigned number) {
  at[0] = static_cast<char>('0' + number / 10 % 10);
  at[1] = static_cast<char>('0' + number % 10);
}

}  // namespace

HttpDate::HttpDate(WallTime time) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds(time.ms)};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const auto second = static_cast<unsigned>(floor<seconds>(point - day).count());
  const auto year = static_cast<unsigned>(int(date.year()));
  char* const text = text_.data();
  std::memcpy(text, "Xxx, 00 Xxx 0000 00:00:00 GMT", text_.size());
  kDays.copy(text, 3, 3 * std::size_t{weekday(day).c_encoding()});
  put_two(text + 5, unsigned(date.day()));
  kMonths.copy(text + 8, 3, 3 * std::size_t{unsigned(date.month()) - 1});
  put_two(text + 12, year / 100);
  put_two(text + 14, year % 100);
  put_two(text + 17, second / 3600);
  put_two(text + 20, second / 60 % 60);
  put_two(text + 23, second % 60);
}

}  // namespace batata::wire
